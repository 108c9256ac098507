"""What piles say: boots, statuses, readings and their progress, in bulk; what cannot be taken goes to quarantine."""
