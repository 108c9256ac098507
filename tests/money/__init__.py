"""Money under a hostile world: channels that lose, repeat and forge, people who tap at once; each told truth is kept apart and compared."""
