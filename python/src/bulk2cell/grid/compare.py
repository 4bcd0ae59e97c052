"""Compare scores of many settings in one tidy table and one page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.folder import claimed, new_artefact
from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.page import write_page
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.grid.collect import Scored, collect
from bulk2cell.grid.grid import DEFAULT, Grid, Setting, list_varied_values, read_settings
from bulk2cell.grid.page import render_page
from bulk2cell.grid.summary import average_over_pairs, average_per_pair
from bulk2cell.report.failures import Failure
from bulk2cell.report.svg import style


def compare(
    scores: Sequence[Path],
    names: Sequence[str],
    values: Mapping[str, Any],
    where: str,
    out: Path,
    failures: Sequence[Failure],
) -> Path:
    """Compare scores that were made elsewhere, as those of a `benchmark`.

    Parameters
    ----------
    scores
        Folders of scores.
    names
        The setting of each.
    values
        Parameters that all settings share, flat, by name, and `grid`.
    where
        Name of the values in an error.

    Raises
    ------
    InputError
        If there is not one name for each folder of scores, or a name is not a setting of the grid.
    """
    varied, settings = read_settings(values, where)
    known = {setting.name: setting for setting in settings}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"setting {unknown[0]!r}: not in the grid; it has {', '.join(known)}")
    if len(names) != len(scores):
        raise InputError(
            f"{len(scores)} scores and {len(names)} settings; give the setting of each folder of scores"
        )
    contents = [read_manifest(path, "scores").content for path in scores]
    scored = [
        Scored(known[name], content["pair"], content["gene_sets"], path)
        for name, content, path in zip(names, contents, scores, strict=True)
    ]
    order = list(known)
    scored.sort(key=lambda one: (order.index(one.setting.name), one.pair, one.gene_sets))
    with claimed(out, "benchmark"):
        return write_comparison(out, scored, failures, varied, settings)


def write_comparison(
    out: Path, scored: Sequence[Scored], failures: Sequence[Failure], grid: Grid, settings: Sequence[Setting]
) -> Path:
    """Write the benchmark: its page and its tables.

    Raises
    ------
    ArtefactError
        If there are no scores of the default setting.
    """
    if not any(one.setting.name == DEFAULT for one in scored):
        first = f"; the first failure: {failures[0]}" if failures else "; give its scores"
        raise ArtefactError(f"no job of the default setting finished{first}")
    found = collect(scored)
    by = ["setting", "parameter", "parameter_value", "regime", "method", "strategy"]
    stated = {"grid": dict(grid), "failures": [str(failure) for failure in failures]}
    with new_artefact(out, "benchmark", stated, found.inputs) as draft, style():
        text = render_page(found, failures, list_varied_values(settings[0].parameters))
        summary = average_over_pairs(average_per_pair(found.scores, by), by)
        tables = {"benchmark": found.scores, "intervals": found.intervals, "over_pairs": summary}
        write_page(draft, "benchmark", text, tables)
        pairs = [*(one.pair for one in scored), *(failure.pair for failure in failures)]
        draft.content |= {
            "settings": [setting.name for setting in settings],
            "pairs": list(dict.fromkeys(pairs)),
            "simulated": list(found.simulated),
        }
    return out
