"""Years of plausible history for the demo: who charged where and when, what it cost, and the books that follow."""
