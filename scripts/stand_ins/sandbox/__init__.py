"""Stand-ins of the WeChat mini-program API and of WeChat Pay v3, so that the product runs unchanged without accounts.

Imports nothing of the product: a wrong canonical string in one of them cannot pass both sides.
"""
