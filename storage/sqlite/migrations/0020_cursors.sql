-- How far those have come who read the log of Changes for somebody outside, and which process does so now.
CREATE TABLE cursors (
    name TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    holder TEXT NOT NULL,
    held_until INTEGER NOT NULL -- microseconds since 1970; 0: nobody holds it
) STRICT;
