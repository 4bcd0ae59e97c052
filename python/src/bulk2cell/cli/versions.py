"""`bulk2cell versions`."""

import typer


def versions() -> None:
    """Print the versions of bulk2cell, Python and the libraries that results depend on, as yaml.

    Example: `bulk2cell versions`
    """
    import platform
    from importlib.metadata import version

    from bulk2cell.artefacts.manifest import LIBRARIES

    typer.echo(f"bulk2cell: {version('bulk2cell')}")
    typer.echo(f"python: {platform.python_version()}")
    for name in LIBRARIES:
        typer.echo(f"{name}: {version(name)}")
