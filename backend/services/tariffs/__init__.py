"""Tariffs: publishing a version, and which version applies."""
