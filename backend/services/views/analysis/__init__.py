"""What the analysis pages read: kept sums (models/fact.py) alone, within the scope of who asks. No order is added up here."""
