"""Messages to drivers outside the app: queued with their facts, sent once or not at all, as often as drivers allow."""
