"""WeChat: log-in of the mini-program and WeChat Pay, API v3. Its words (openid, prepay_id, mchid) stay in here."""
