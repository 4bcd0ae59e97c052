"""Cells whose truth is planted."""
