"""Who somebody is, what they may do and which rows they may see: tokens, log-ins, drivers, staff, scope."""
