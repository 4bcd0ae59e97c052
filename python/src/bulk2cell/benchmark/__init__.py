"""Pairs, strategies, gene sets, seeds and a grid of parameters, compared."""
