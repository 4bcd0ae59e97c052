"""All drugs of a response table at once, on cells without labels."""
