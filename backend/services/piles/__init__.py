"""What staff do with piles (充电桩): add, edit, move, retire, take out of service, secrets, labels."""
