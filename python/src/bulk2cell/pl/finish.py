"""Axes before, and scanpy's `show` and `save` after a plot is drawn."""

from collections.abc import Callable
from typing import Any

NewAxes = Callable[[float, float], Any]  # from width and height in inches


def axes_like(ax: Any | None) -> NewAxes:
    """Return what gives the axes to draw on: the given ones, or new ones that can be shown."""
    if ax is not None:
        return lambda width, height: ax
    import matplotlib.pyplot as plt

    return lambda width, height: plt.figure(figsize=(width, height)).add_subplot()


def finish(axes: Any, name: str, show: bool | None, save: bool | str | None) -> Any | None:
    """Save and show a figure as scanpy's plots do.

    Parameters
    ----------
    name
        Beginning of the file's name.
    show
        Whether to show it; None: `scanpy.settings.autoshow`.
    save
        Whether to save it in `scanpy.settings.figdir`; a text is appended to the name, and its ending .pdf, .png or .svg is
        the file's format. None: `scanpy.settings.autosave`.

    Returns
    -------
    Axes or None
        The axes unless they were shown.
    """
    import matplotlib.pyplot as plt
    from scanpy import logging, settings

    figure = axes.get_figure(root=True)
    save, show = (settings.autosave if save is None else save), (settings.autoshow if show is None else show)
    if save:
        added = save if isinstance(save, str) else ""
        stem, _, ending = added.rpartition(".")
        if ending not in {"pdf", "png", "svg"}:
            stem, ending = added, settings.file_format_figs
        settings.figdir.mkdir(parents=True, exist_ok=True)
        path = settings.figdir / f"{name}{stem}{settings.plot_suffix}.{ending}"
        logging.warning(f"saving figure to file {path}")
        figure.savefig(path, bbox_inches="tight")
    if show:
        plt.show()
    if save:
        plt.close(figure)
    return None if show else axes
