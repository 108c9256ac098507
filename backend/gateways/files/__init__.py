"""Where files are kept, by the digest of their content: a local folder or an S3-compatible store, one for all processes."""
