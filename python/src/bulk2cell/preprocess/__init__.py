"""From files to a study: scale, gene names, labels, highly variable genes, quality."""
