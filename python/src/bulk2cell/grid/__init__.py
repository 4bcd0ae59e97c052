"""Compare strategies over a grid of settings, and with the published article."""
