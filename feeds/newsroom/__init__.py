"""Rules of articles, sections and comments beyond one store call."""
