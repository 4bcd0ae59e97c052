"""The network: encoders, sparse decoder, adversary, classifier, losses, ridge, and the strategies."""
