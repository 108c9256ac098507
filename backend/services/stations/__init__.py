"""What staff do to stations: build, change, close and hide them, and give them photos."""
