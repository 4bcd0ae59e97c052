"""Artefacts, which pass between stages: folders that appear whole or not at all."""
