"""Drug response learnt on bulk cancer cell lines and carried over to single cells."""

__version__ = "0.1.0"
