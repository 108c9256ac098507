"""Seeded mutants: ways to break a healthy world, each of which exactly one invariant must notice."""
