"""Cells of any file, block by block: readers, orientation, scale, standardisation."""
