"""Lists written to files by a worker: asked for, written part by part, put together, kept for some days."""
