"""Whether the product judges rightly: piles that lie, people who tap at once, outages of hours (docs/judgement.md)."""
