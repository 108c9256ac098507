"""Commands to piles as rows: queued, claimed by the bridge, answered or expired."""
