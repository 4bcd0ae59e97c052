"""Cells with a planted truth."""
