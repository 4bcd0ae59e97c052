"""The strategies over a grid of settings, beside the published article."""
