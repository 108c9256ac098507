"""Measurements of the product against ceilings and rivals of the same run; what each must reach: docs/performance.md."""
