"""Ridge regression, the default strategy, as a network without a non-linearity."""
