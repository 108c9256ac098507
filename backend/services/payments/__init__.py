"""Money in through a channel: claim, call, record; asked about until its outcome is known."""
