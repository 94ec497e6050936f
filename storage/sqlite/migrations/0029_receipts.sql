-- What an importer wants to be given back when a source speaks of an article again: '' = it is to be read anew.
ALTER TABLE imported_entries ADD COLUMN receipt TEXT NOT NULL DEFAULT '';
