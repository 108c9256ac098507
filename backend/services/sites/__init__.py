"""What stands where: operators, stations, piles, connectors, and the accounts of piles at the broker."""
