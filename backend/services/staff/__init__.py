"""Members of staff and their roles, as people enter and change them; and the first of them all."""
