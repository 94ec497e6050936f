"""What is published: feeds and pages, their caching, and the ways in and out."""
