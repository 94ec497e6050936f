"""HTML from outside: read, and what a page shows by other means than text and pictures made what every reader shows."""
