"""The report: figures, tables and the page."""

TITLE = "Drug response of single cells"  # of the page, unless another is given
