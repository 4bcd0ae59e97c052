"""Integrated gradients and enrichment: which genes and pathways the calls rest on."""
