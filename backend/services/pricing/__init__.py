"""Prices as staff change them: tariffs, their drafts and versions, the holiday calendar."""
