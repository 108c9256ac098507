"""A charge from the tap to the bill: starting, stopping, watching, ending, reviewing, settling, correcting."""
