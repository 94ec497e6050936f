"""Where the addresses of a former site lead: what they name there, and which of our pages and feeds that is."""
