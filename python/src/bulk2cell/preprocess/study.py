"""From sources to a study: everything that is needed to train and test on one dataset-drug pair."""

from collections.abc import Sequence
from pathlib import Path

import anndata as ad
import pandas as pd

from bulk2cell.artefacts.folder import new_artefact, refuse_to_replace
from bulk2cell.artefacts.study import write_study
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput, CellLabels, StudyParameters
from bulk2cell.preprocess.bulk import load_bulk
from bulk2cell.preprocess.cell_labels import read_labels
from bulk2cell.preprocess.cells import SIMULATED, load_cells
from bulk2cell.preprocess.highly_variable import union_of_variable_genes
from bulk2cell.preprocess.pathways import keep_gene_sets
from bulk2cell.preprocess.quality import filter_quality, kept
from bulk2cell.preprocess.source_lines import label_lines
from bulk2cell.preprocess.sources import Sources, preprocess_inputs, preprocess_parameters
from bulk2cell.preprocess.study_genes import names_of, shared_genes
from bulk2cell.progress import say
from bulk2cell.sources.gene_ids import read_gene_ids

__all__ = ["Sources", "preprocess", "preprocess_inputs", "preprocess_parameters"]
FEWEST_CELLS = 3


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

    Its genes are those that bulk lines and cells share and that vary most in either. The cells' labels go to a file of
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
        What the cells' labels test: before or after treatment.

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
    source = load_bulk(sources.bulk, gene_ids)
    known = [*source.names, *source.expression.var_names]
    cells, record = load_cells(sources.cells, cell_input, gene_ids, parameters.target_sum, known)
    cells = cells[cells.obs_names.sort_values()].copy()
    simulated = list(map(str, cells.uns[SIMULATED]["lines"])) if SIMULATED in cells.uns else []

    bulk, facts = label_lines(
        source.expression, sources.response, drug, [*exclude_lines, *simulated], parameters
    )
    account = [kept("cell lines, without the target's own", source.expression.n_obs, bulk.n_obs)]
    zscored = record["scale"] == "zscore"
    if not zscored:
        cells, steps = filter_quality(cells, parameters, sources.cells)
        account += steps
    if cells.n_obs < FEWEST_CELLS:
        raise InputError(
            f"{sources.cells}: {cells.n_obs} cells, at least {FEWEST_CELLS} are needed; give more cells"
        )
    labels, label_warnings = read_labels(cells.obs, sources.cells, sources.labels, cell_labels)

    shared, gene_warnings = shared_genes(cells, bulk, parameters.min_shared_genes, sources.cells)
    account.append(kept("genes measured in the cells and in the bulk lines", cells.n_vars, len(shared)))
    cells, bulk = cells[:, shared].copy(), bulk[:, shared].copy()
    genes = union_of_variable_genes(bulk, cells, parameters.hvg, zscored)
    account.append(
        kept("genes that vary most over the cells or over the bulk lines", len(shared), len(genes))
    )
    pathways, sets = keep_gene_sets(sources.gene_sets, gene_ids, genes, parameters)
    left = pathways["set"].nunique()
    account.append(kept(f"gene sets with at least {parameters.min_set_size} of these genes", sets, left))

    say(f"{pair}: {cells.n_obs} cells, {bulk.n_obs} lines, {len(genes)} genes, {left} gene sets")
    stated = preprocess_parameters(pair, drug, exclude_lines, tag, cell_input, cell_labels, parameters)
    with new_artefact(out, "study", stated, inputs) as draft:
        draft.content = {
            "pair": pair,
            "measure": parameters.measure,
            "simulated": SIMULATED in cells.uns,
            "tag": tag,
            "scale": {"bulk": "log2, times ln 2", "cells": record["scale"]},
            "scale_declared": record["scale_declared"],
            "identifiers": {"bulk": source.identifiers, "cells": record["identifiers"]},
            "gene_sets": sources.gene_sets.stem,
            "target_sum": parameters.target_sum,
            **facts,
            "kept": account,
            "warnings": [
                *record["warnings"],
                *label_warnings,
                *gene_warnings,
                *exclusion_warnings(exclude_lines, facts["excluded_lines"]["not_in_source"]),
            ],
        }
        write_study(
            draft,
            bare(bulk[:, genes], ["response", "label", "split"]),
            bare(cells[:, genes], ["n_counts", "n_genes"]),
            pathways,
            names_of(genes, gene_ids),
            labels,
        )
    return out


def exclusion_warnings(asked_for: Sequence[str], not_in_source: Sequence[str]) -> list[str]:
    """Return a warning if lines that the user wants out are not there; a misspelt name would leave a leak."""
    absent = [name for name in asked_for if name in not_in_source]
    if not absent:
        return []
    return [
        f"Not among the bulk lines, so that there was nothing to exclude: {', '.join(absent)}. Check the spelling."
    ]


def bare(data: ad.AnnData, columns: list[str]) -> ad.AnnData:
    """Return expression with these obs columns and nothing else."""
    return ad.AnnData(data.X.copy(), obs=data.obs[columns].copy(), var=pd.DataFrame(index=data.var_names))
