"""Plain requests and answers over Tornado's HTTP server: the URL table's row, decoding, log-in, limits, lanes, errors, metrics."""
