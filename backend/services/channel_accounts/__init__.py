"""What staff do with operators' own accounts at payment channels: add, edit, replace keys, check, switch."""
