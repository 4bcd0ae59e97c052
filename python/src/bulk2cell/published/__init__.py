"""The catalogue of published dataset-drug pairs, and their cells."""
