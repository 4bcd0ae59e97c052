"""From sources to a study: everything that is needed to train and test on one dataset-drug pair."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import anndata as ad
import pandas as pd

from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace, sha256
from bulk2cell.artefacts.study import write_study
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput, CellLabels, StudyParameters
from bulk2cell.preprocess.bulk import load_bulk
from bulk2cell.preprocess.cell_labels import check_classes, read_labels
from bulk2cell.preprocess.cells import SIMULATED, load_cells
from bulk2cell.preprocess.highly_variable import union_of_variable_genes
from bulk2cell.preprocess.pathways import keep_gene_sets
from bulk2cell.preprocess.quality import filter_quality, kept
from bulk2cell.preprocess.source_lines import label_lines
from bulk2cell.progress import say
from bulk2cell.sources.gene_ids import read_gene_ids
from bulk2cell.sources.orientation import some

FEW_SHARED = 0.5


@dataclass(frozen=True)
class Sources:
    """Files that a study is made from.

    Attributes
    ----------
    bulk
        Expression, lines x genes, log2.
    response
        Dose response of the lines.
    cells
        Single cells, any file that `load_cells` reads.
    gene_sets
        GMT file.
    gene_ids
        Table of gene names, if any.
    labels
        Table of the cells' labels, if any.
    """

    bulk: Path
    response: Path
    cells: Path
    gene_sets: Path
    gene_ids: Path | None = None
    labels: Path | None = None


def preprocess(
    sources: Sources,
    pair: str,
    drug: str,
    out: Path,
    exclude_lines: Sequence[str],
    tag: str,
    cell_input: CellInput,
    cell_labels: CellLabels,
    parameters: StudyParameters,
) -> Path:
    """Make a study.

    Genes are those shared by bulk lines and cells and highly variable in either. The cells' labels are written to a file of
    their own; nothing else depends on them. The order of rows and columns in the sources changes no bit.

    Parameters
    ----------
    sources
        The files.
    pair
        Name of the dataset-drug pair.
    drug
        Name of the drug, any case and punctuation.
    out
        The study's folder.
    exclude_lines
        Lines of the target, taken out of the bulk together with those that simulated cells are drawn from.
    tag
        What the cells' labels test, as text: before or after treatment.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    InputError
        If a file, a column or a value cannot be used; nothing is written then.
    ArtefactError
        If something else stands at `out`.
    """
    refuse_to_replace(out, "study")
    inputs = preprocess_inputs(sources)
    gene_ids = None if sources.gene_ids is None else read_gene_ids(sources.gene_ids)
    bulk = load_bulk(sources.bulk, gene_ids)
    known = [*bulk.names, *bulk.expression.var_names]
    cells, record = load_cells(sources.cells, cell_input, gene_ids, parameters.target_sum, known)
    cells = cells[cells.obs_names.sort_values()].copy()
    simulated = cells.uns.get(SIMULATED)
    excluded = [*exclude_lines, *(map(str, simulated["lines"]) if simulated else ())]
    lines = label_lines(bulk.expression, sources.response, drug, excluded, parameters)

    account = [kept("cell lines that are not the target's own", bulk.expression.n_obs, lines.bulk.n_obs)]
    before = cells.n_vars
    if record["scale"] != "zscore":
        cells, steps = filter_quality(cells, parameters, sources.cells)
        account += steps
    labels, label_warnings = read_labels(cells.obs, sources.cells, sources.labels, cell_labels)
    if cell_labels.label_column or sources.labels:
        check_classes(labels["label"], sources.labels or sources.cells)

    shared = shared_genes(cells, lines.bulk, sources, parameters.min_shared_genes)
    account.append(kept("genes measured in the cells and in the bulk lines", cells.n_vars, len(shared)))
    genes = union_of_variable_genes(
        lines.bulk[:, shared].copy(), cells[:, shared].copy(), parameters.hvg, record["scale"] == "zscore"
    )
    account.append(
        kept("genes that vary most over the cells or over the bulk lines", len(shared), len(genes))
    )
    pathways, sets = keep_gene_sets(sources.gene_sets, gene_ids, genes, parameters)
    account.append(
        kept(
            f"gene sets with at least {parameters.min_set_size} of these genes",
            sets,
            pathways["set"].nunique(),
        )
    )
    content = {
        "pair": pair,
        "measure": parameters.measure,
        "simulated": simulated is not None,
        "tag": tag,
        "scale": {"bulk": "log2, times ln 2", "cells": record["scale"]},
        "scale_declared": record["scale_declared"],
        "identifiers": {"bulk": bulk.identifiers, "cells": record["identifiers"]},
        "gene_sets": sources.gene_sets.stem,
        "target_sum": parameters.target_sum,
        **lines.facts,
        "kept": account,
        "warnings": [
            *record["warnings"],
            *label_warnings,
            *study_warnings(lines.facts, len(shared), bulk.expression.n_vars, before),
        ],
    }
    say(
        f"{pair}: {cells.n_obs} cells, {lines.bulk.n_obs} lines, {len(genes)} genes, {pathways['set'].nunique()} gene sets"
    )
    with new_artefact(
        out,
        "study",
        preprocess_parameters(pair, drug, exclude_lines, tag, cell_input, cell_labels, parameters),
        inputs,
    ) as draft:
        draft.content.update(content)
        write_study(
            draft,
            bare(lines.bulk[:, genes], ["response", "label", "split"]),
            bare(cells[:, genes], ["n_counts", "n_genes"]),
            pathways,
            names_of(genes, gene_ids),
            labels,
        )
    return out


def preprocess_inputs(sources: Sources) -> dict[str, str]:
    """Return the sha256 of each given file or folder, by its name in `Sources`.

    Raises
    ------
    InputError
        If one is missing.
    """
    given = {field.name: getattr(sources, field.name) for field in fields(sources)}
    missing = next((path for path in given.values() if path is not None and not path.exists()), None)
    if missing is not None:
        raise InputError(f"{missing}: no such file; check the path")
    return {name: sha256(path) for name, path in given.items() if path is not None}


def preprocess_parameters(
    pair: str,
    drug: str,
    exclude_lines: Sequence[str],
    tag: str,
    cell_input: CellInput,
    cell_labels: CellLabels,
    parameters: StudyParameters,
) -> dict[str, Any]:
    """Return the parameters of a study as its manifest holds them."""
    return {
        "pair": pair,
        "drug": drug,
        "exclude_lines": list(exclude_lines),
        "tag": tag,
        **asdict(cell_input),
        **asdict(cell_labels),
        **asdict(parameters),
    }


def shared_genes(cells: ad.AnnData, bulk: ad.AnnData, sources: Sources, fewest: int) -> "pd.Index[str]":
    """Return the genes of both, sorted.

    Raises
    ------
    InputError
        If there are too few.
    """
    shared = cells.var_names.intersection(bulk.var_names).sort_values()
    if len(shared) < fewest:
        raise InputError(
            f"{sources.cells}: no overlap of genes with {sources.bulk.name}: {len(shared)} shared, at least {fewest} needed; "
            f"cells look like {some(cells.var_names)}, bulk like {some(bulk.var_names)}; give human genes of the same "
            "naming, or --gene-ids"
        )
    return pd.Index(shared)


def study_warnings(facts: dict[str, Any], shared: int, in_bulk: int, in_cells: int) -> list[str]:
    """Return what a reader of the study should know, as sentences."""
    found = []
    if shared < FEW_SHARED * min(in_bulk, in_cells):
        found.append(
            f"Few genes are shared: {shared} of {in_bulk} in the bulk lines and {in_cells} in the cells; gene names may differ."
        )
    if facts["excluded_lines"]["not_in_source"]:
        absent = ", ".join(facts["excluded_lines"]["not_in_source"])
        found.append(f"Lines to exclude that are not among the bulk lines: {absent}.")
    return found


def bare(data: ad.AnnData, columns: list[str]) -> ad.AnnData:
    """Return expression with these obs columns and nothing else."""
    return ad.AnnData(data.X.copy(), obs=data.obs[columns].copy(), var=pd.DataFrame(index=data.var_names))


def names_of(genes: "pd.Index[str]", gene_ids: pd.DataFrame | None) -> pd.DataFrame:
    """Return every known name of these genes, the symbols themselves included: columns identifier, symbol; sorted."""
    itself = pd.DataFrame({"identifier": genes, "symbol": genes})
    known = itself if gene_ids is None else pd.concat([itself, gene_ids[gene_ids["symbol"].isin(genes)]])
    return (
        known[["identifier", "symbol"]]
        .drop_duplicates()
        .sort_values(["identifier", "symbol"], ignore_index=True)
    )
