"""Rendered representations: kept, validated, forgotten when what they depend on changes."""
