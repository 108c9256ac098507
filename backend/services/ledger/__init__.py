"""The books: the one writer of entries, wallets, and the proof that all sums are right."""
