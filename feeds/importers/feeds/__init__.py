"""RSS, Atom and JSON Feed, from files and addresses."""
