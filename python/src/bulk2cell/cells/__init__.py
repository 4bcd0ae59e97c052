"""Cells of any file, block by block: readers, scale, standardisation."""
