"""Figures, tables and words of a pair, ready for the template."""
