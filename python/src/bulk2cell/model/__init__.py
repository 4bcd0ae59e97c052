"""The network: encoders, sparse decoder, adversary, classifier, losses, and the five strategies."""
