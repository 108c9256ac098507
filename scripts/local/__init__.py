"""What runs the product on one machine: the launcher of `scripts/run`, embedded parts, the demo."""
