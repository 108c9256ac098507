"""What every room stands on: audit, idempotency, timers, events, public numbers, feed topics, sums kept with the orders."""
