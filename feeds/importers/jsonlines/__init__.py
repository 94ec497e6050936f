"""The newsroom's own export."""
