"""What all models have: encoder and classifier, the gene sets' mask, a cell's way through them in numpy, a family."""
