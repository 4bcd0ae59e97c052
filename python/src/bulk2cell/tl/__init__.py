"""Tools: a model of a drug, its calls, what drives them, and how right they are; a file for each.

Each file loads its libraries when it is called, so that all of them are there at once.
"""

from bulk2cell.tl.attribute import attribute
from bulk2cell.tl.evaluate import evaluate
from bulk2cell.tl.fit import fit
from bulk2cell.tl.predict import predict
from bulk2cell.tl.screen import screen

__all__ = ["attribute", "evaluate", "fit", "predict", "screen"]
