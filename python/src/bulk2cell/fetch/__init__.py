"""Reference data, from the catalogue into a folder."""
