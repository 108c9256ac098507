"""What the operators' desk reads: always within the scope of the member of staff who asks."""
