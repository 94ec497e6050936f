"""What is told to others of what changed."""
