"""What is read by more than one reader: of the phone (`driver/`), of the desk (`desk/`) and of the live feed. Nothing here writes."""
