"""What people who run the product call: migrating, proving the books, rebuilding, restoring."""
