"""How a WordPress site makes its addresses: what its own rewrite rules (WP_Rewrite) make of a path. Pure; nothing is looked up."""
