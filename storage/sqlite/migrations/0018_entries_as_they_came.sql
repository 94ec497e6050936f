-- What the entries of feeds said when they were imported: until now, what that release made of them, which this one may make otherwise.
-- '' = nobody knows. Who took that for a change would put the entry in place of what the newsroom made of it.
UPDATE imported_entries SET digest = '';
