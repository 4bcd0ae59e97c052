"""Plots: a screen over all drugs, one drug, what drives its calls, and how far drugs can be trusted; a file for each.

`show` and `save` work as scanpy's do, with scanpy's settings.
"""

from bulk2cell.pl.drivers import drivers
from bulk2cell.pl.drug import drug
from bulk2cell.pl.screen import screen
from bulk2cell.pl.trust import trust

__all__ = ["drivers", "drug", "screen", "trust"]
