"""The live feed `/ws`: who may enter, what a topic is, when it is read (docs/live-feed.md)."""
