"""What partners ask for: feeds, items and changes."""
