"""The report: one self-contained page, and its tables."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import Manifest, sha256
from bulk2cell.artefacts.page import write_page
from bulk2cell.errors import ArtefactError
from bulk2cell.progress import say
from bulk2cell.report import TITLE
from bulk2cell.report.collect import collect, collect_screens
from bulk2cell.report.failures import Failure, failed_pairs
from bulk2cell.report.gather import gather, gather_screens
from bulk2cell.report.page import render_page
from bulk2cell.report.svg import style


def report(
    artefacts: Sequence[Manifest], out: Path, failures: Sequence[Failure] = (), title: str = TITLE
) -> Path:
    """Write report.html, which needs no network, and its tables as parquet and csv (all predictions as parquet alone).

    Parameters
    ----------
    artefacts
        Studies, encoders, models, predictions, scores, attributions and screens, of any pairs and in any order.
    out
        Folder of the report.
    failures
        Pairs that failed; they are named in the page.
    title
        Heading of the page.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    ArtefactError
        If two artefacts hold the same thing, or there is nothing to report.
    """
    if not artefacts and not failures:
        raise ArtefactError("nothing to report; give at least one artefact folder")
    pairs, screens = gather(artefacts), gather_screens(artefacts)
    manifests = [manifest for pair in pairs for manifest in pair.manifests]
    manifests += [screen.manifest for screen in screens.values()]
    stated = {"title": title, "failures": [asdict(failure) for failure in failures]}
    with new_artefact(out, "report", stated, _inputs(manifests)) as draft, style():
        say(f"report: {len(manifests)} artefacts of {len(pairs)} pairs, {len(screens)} screens")
        tables = collect(pairs) | collect_screens(screens)
        write_page(draft, "report", render_page(pairs, screens, tables["overview"], failures, title), tables)
        draft.content |= {
            "pairs": [pair.name for pair in pairs],
            "failed": failed_pairs(failures),
        }
    return out


def _inputs(manifests: Sequence[Manifest]) -> dict[str, str]:
    digests = sorted(sha256(manifest.path / f"{manifest.kind}.json") for manifest in manifests)
    return {f"artefact {number}": digest for number, digest in enumerate(digests, 1)}
