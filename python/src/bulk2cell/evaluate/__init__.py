"""Metrics, baselines, intervals and clustering."""
