"""Money in through a channel and back: claim, call, record; asked about until its outcome is known."""
