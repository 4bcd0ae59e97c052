"""Where data come from: the catalogue, downloads, GDSC, gene sets, readers of cells, simulation."""
