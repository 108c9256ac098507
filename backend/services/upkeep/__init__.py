"""What keeps the store small and right: deleting what is old, recounting, rebuilding the live view."""
