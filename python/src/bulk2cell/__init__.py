"""Drug response learnt on bulk cancer cell lines and carried over to single cells."""

from importlib import import_module

TYPE_CHECKING = False  # as type checkers know it: typing itself would take a tenth of the start-up
if TYPE_CHECKING:
    from typing import Any

    from bulk2cell import datasets, errors, pl, tl
    from bulk2cell.tl.model import open_model

__version__ = "0.1.0"
__all__ = ["__version__", "datasets", "errors", "open_model", "pl", "tl"]


def __getattr__(name: str) -> "Any":
    """Load what is asked for: the commands need none of it, and a person waits for what they use."""
    if name == "open_model":
        return import_module("bulk2cell.tl.model").open_model
    if name in __all__:
        return import_module(f"bulk2cell.{name}")
    raise AttributeError(f"module 'bulk2cell' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
