"""What a driver's phone reads."""
