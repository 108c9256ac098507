"""Proofs: long runs of the whole product under faults or attack, each ending with one JSON line."""
