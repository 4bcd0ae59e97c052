"""A sample sheet through all stages on this machine."""
