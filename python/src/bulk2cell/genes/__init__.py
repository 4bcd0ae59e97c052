"""Gene names, identifiers and gene sets."""
