"""Alipay: payments and refunds by its open platform. Its words (app_id, seller_id, trade_no, yuan) stay in here."""
