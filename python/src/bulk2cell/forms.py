"""What a text that a person gives must look like, for Python, for the pipeline's engine and for its JSON schemas."""

from typing import NamedTuple


class Form(NamedTuple):
    """What a whole text must look like: a regular expression for Python, Java and JSON schemas, and in words."""

    pattern: str
    words: str


TEXT = Form(r"^[^\x00-\x1f\x7f]*$", "text without control characters")
PATH = Form(r"^(?!-)[^\x00-\x1f\x7f]*$", "a path that does not begin with - and has no control characters")
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
PAIR_NAME = Form(rf"^{_NAME}$", "a name of letters, digits and . _ -")
PAIR_NAMES = Form(rf"^({_NAME}( *, *{_NAME})*)?$", "a comma-separated list of the names of pairs")
# Nextflow writes these unquoted into the commands of Slurm and of container engines.
SLURM_NAME = Form(r"^([A-Za-z0-9_][A-Za-z0-9_.,@+-]*)?$", "a name of letters, digits and _ . , @ + -")
IMAGE = Form(
    r"^([A-Za-z0-9_./][A-Za-z0-9_./:@+-]*)?$",
    "the name, address or path of an image, of letters, digits and _ . / : @ + -",
)
# As Nextflow reads them, and as it shows those that a configuration gives it (1.5 GB, 1d 2h).
MEMORY = Form(r"^(?!0)[0-9]{1,9}(\.|(\.[0-9]{1,9})? ?)[KMGT]B$", "an amount of memory such as 64.GB")
_UNIT = r"(s|m|min|h|hours?|d|days?)"
TIME = Form(rf"^(?!0)[0-9]{{1,9}}[ .]?{_UNIT}( [0-9]{{1,9}}{_UNIT})*$", "a time such as 24.h")
