"""What the server counts and measures, from the numbers in a process to the text that Prometheus reads."""
