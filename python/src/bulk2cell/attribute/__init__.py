"""Integrated gradients and enrichment: the genes and gene sets behind the calls."""
