"""Processes that another one of ours starts, and the ports where they meet."""
