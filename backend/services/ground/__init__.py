"""What every room stands on: audit, idempotency, timers, public numbers, feed topics, sums kept with the orders."""
