"""From sources to a study: scale, gene names, labels, highly variable genes, quality."""
