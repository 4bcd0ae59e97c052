"""Both stages of training, and what all families of strategies share."""
