"""What may be killed before and after its commit: rooms of cases, each `CASES` by the service of its crash points."""
