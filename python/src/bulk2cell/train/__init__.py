"""Both training stages, their loop, checkpoints and seeds."""
