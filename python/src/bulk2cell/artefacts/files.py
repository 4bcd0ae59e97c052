"""Write files that are not an artefact: into a folder all of them or none, without losing any other; or one anew."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.workplace import put_in_place, workplace
from bulk2cell.errors import InputError


@contextmanager
def make_files(out: Path) -> Iterator[Path]:
    """Yield an empty folder, and move its files into `out` when the block ends without an error.

    A new folder appears whole; for an existing one see `put_files`.

    Raises
    ------
    InputError
        If a file with other content is there.
    ArtefactError
        If another process is at work on it.
    """
    out = Path(os.path.realpath(out))
    # Within a folder that exists, as it may be a mount point.
    with workplace(out / "files" if out.exists() else out) as own:
        made = own / "files"
        made.mkdir()
        yield made
        if out.exists():
            put_files(made, out, sorted(file.name for file in made.iterdir()), {})
        else:
            put_in_place(made, out)


def put_files(made: Path, out: Path, names: Iterable[str], own: Mapping[str, str]) -> None:
    """Rename files into a folder of the same file system, one after the other, unless another file is in the way.

    A file that is there already with the same content stays as it is.

    Parameters
    ----------
    names
        Paths within both folders.
    own
        sha256, by name, of files there that may be replaced.

    Raises
    ------
    InputError
        If a file with other content is there; nothing has been renamed then.
    """
    new = {}
    for name in names:
        target = out / name
        if not os.path.lexists(target):
            new[name] = target
            continue
        found = sha256(target) if target.is_file() else ""
        if found == sha256(made / name):
            continue
        if not found or found != own.get(name) or target.is_symlink():
            raise InputError(
                f"{target} already exists with other content; move it away, or give another --out"
            )
        new[name] = target
    for name, target in new.items():
        with (made / name).open("rb") as stream:
            os.fsync(stream.fileno())
        target.parent.mkdir(exist_ok=True)
        (made / name).replace(target)


def rewrite_file(path: Path, content: bytes) -> None:
    """Write a file in the place of an older one, whole or not at all."""
    temporary = partial_of(path)
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def partial_of(path: Path) -> Path:
    """Return where `rewrite_file` writes first; a killed process leaves it."""
    return path.with_name(f".{path.name.removeprefix('.')}.partial")
