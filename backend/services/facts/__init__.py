"""Facts (分析汇总): the sums that the analysis reads, counted behind events, compared with the orders and mended."""
