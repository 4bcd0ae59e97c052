"""Scoring of any cells with a trained model."""
