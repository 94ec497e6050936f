"""Ghost's exports (JSON)."""
