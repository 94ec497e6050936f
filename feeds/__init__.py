"""What is published: feeds and pages, their caching, and the ways in and out."""

__version__ = "0.1.0"
"""Part of every feed's generator, so of its bytes: a test compares it with pyproject.toml."""
