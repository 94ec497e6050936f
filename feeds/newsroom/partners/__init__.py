"""Partners: their terms, keys and forms."""
