"""From files to a study: everything that is needed to train and test on one dataset-drug pair."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import anndata as ad
import pandas as pd

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.study import write_cells, write_study
from bulk2cell.cells.blocks import refuse_repeated_names
from bulk2cell.cells.cell_file import CellFile
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.genes.names import name_genes
from bulk2cell.genes.sets import name_gene_sets
from bulk2cell.parameters import CellInput, CellLabels, StudyParameters
from bulk2cell.preprocess.cell_labels import read_labels
from bulk2cell.preprocess.pathways import keep_gene_sets
from bulk2cell.preprocess.quality import filter_quality, kept
from bulk2cell.preprocess.reference import FETCHED, Reference, read_reference
from bulk2cell.preprocess.source_lines import label_lines
from bulk2cell.preprocess.sources import Sources, preprocess_inputs, preprocess_parameters
from bulk2cell.preprocess.study_genes import choose_genes, names_of
from bulk2cell.preprocess.study_rows import study_rows
from bulk2cell.preprocess.study_warnings import (
    drug_warnings,
    exclusion_warnings,
    sample_warnings,
    scale_warnings,
)
from bulk2cell.preprocess.survey import survey_cells
from bulk2cell.progress import say


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
    inputs: Mapping[str, str] | None = None,
) -> Manifest:
    """Make a study from files; see `make_study`.

    Parameters
    ----------
    sources
        The files.
    inputs
        What `preprocess_inputs` gives, where it is known.
    """
    inputs = inputs or preprocess_inputs(sources)
    given = {name: getattr(sources, name) for name in FETCHED}
    paths = {name: path for name, path in given.items() if path is not None}
    reference = read_reference(paths, {name: inputs[name] for name in paths})
    with open_cells(sources.cells, cell_input, reference.gene_names()) as file:
        target = exclude_lines, tag, cell_input, cell_labels, parameters
        return make_study(reference, file, sources.labels, inputs, out, pair, drug, *target)


def make_study(
    reference: Reference,
    file: CellFile,
    labels: Path | None,
    inputs: Mapping[str, str],
    out: Path,
    pair: str,
    drug: str,
    exclude_lines: Sequence[str],
    tag: str,
    cell_input: CellInput,
    cell_labels: CellLabels,
    parameters: StudyParameters,
) -> Manifest:
    """Make a study of opened lines and cells.

    Its genes are those that bulk lines and cells share and that vary most in either. The cells' labels go to a file of
    their own; nothing else depends on them. The order of rows and columns in the sources changes no bit.

    Parameters
    ----------
    file
        The cells, opened with the reference's gene names.
    labels
        Table of the cells' labels, if any.
    inputs
        sha256 of what the study is made from, by name.
    out
        The study's folder.
    pair
        Name of the dataset-drug pair.
    drug
        Name of the drug, any case and punctuation.
    exclude_lines
        Lines of the target, taken out of the bulk together with those that simulated cells are drawn from.
    tag
        What the cells' labels test: before or after treatment.
    cell_input
        How the cells were opened.

    Returns
    -------
    Manifest
        Of the study that stands at `out`; its cells are written block by block, since they may not fit in memory.

    Raises
    ------
    InputError
        If a file, a column or a value cannot be used; nothing is written then.
    ArtefactError
        If something else stands at `out`.
    """
    source, gene_ids, gene_sets = reference.bulk, reference.gene_ids, reference.required_gene_sets()
    refuse_repeated_names(file)
    naming = name_genes(file.var, source.expression.var_names, reference.known_names(), file.path)
    bulk, facts = label_lines(
        source.expression,
        reference.response,
        drug,
        [*exclude_lines, *(file.simulated or [])],
        parameters,
        str(reference.paths["response"]),
    )
    account = [kept("cell lines, without the target's own", source.expression.n_obs, bulk.n_obs)]
    survey = survey_cells(file, naming.symbols, cell_input.scale, parameters)
    cells, measured, steps = filter_quality(survey, parameters, file.path)
    account += steps
    obs = file.obs().set_axis(survey.cells.index).iloc[cells]
    truth, label_warnings = read_labels(obs, file.path, labels, cell_labels)
    genes, steps, gene_warnings = choose_genes(survey, measured, bulk, parameters, file.path)
    account += steps
    pathways, sets = keep_gene_sets(gene_sets, gene_ids, genes, parameters)
    left = pathways["set"].nunique()
    account.append(kept(f"gene sets with at least {parameters.min_set_size} of these genes", sets, left))

    say(f"{pair}: {len(cells)} cells, {bulk.n_obs} lines, {len(genes)} genes, {left} gene sets")
    stated = preprocess_parameters(pair, drug, exclude_lines, tag, cell_input, cell_labels, parameters)
    with new_artefact(out, "study", stated, inputs) as draft:
        draft.content = {
            "pair": pair,
            "measure": parameters.measure,
            "simulated": file.simulated is not None,
            "tag": tag,
            "scale": {"bulk": "log2, times ln 2", "cells": survey.units.scale},
            "scale_declared": cell_input.scale != "auto",
            "reading": {
                "matrix": file.matrix,
                "gene_names": file.named_by or naming.column,
                "log_base": survey.units.base,
                "total": survey.units.total,
            },
            "identifiers": {"bulk": source.identifiers, "cells": naming.identifiers},
            "gene_sets": name_gene_sets(gene_sets),
            "target_sum": parameters.target_sum,
            **facts,
            "kept": account,
            "warnings": [
                *source.notes,
                *drug_warnings(drug, facts["drug"]),
                *file.notes,
                *naming.notes,
                *([of_units] if (of_units := survey.units.describe(parameters.target_sum)) else []),
                *scale_warnings(survey.units.scale, cell_input.scale),
                *label_warnings,
                *gene_warnings,
                *sample_warnings(truth["sample"], bulk.obs_names),
                *exclusion_warnings(exclude_lines, facts["excluded_lines"]["not_in_source"]),
            ],
        }
        write_cells(
            draft,
            survey.cells.iloc[cells],
            genes,
            study_rows(file, survey, cells, genes, parameters.target_sum, draft.folder),
            None if survey.units.scale == "zscore" else int(survey.genes.loc[genes, "cells"].sum()),
        )
        write_study(
            draft,
            bare(bulk[:, genes], ["response", "label", "split"]),
            pathways,
            names_of(genes, gene_ids),
            truth,
        )
    for text in draft.content["warnings"]:
        say(f"{pair}: {text}")
    assert draft.manifest
    return draft.manifest


def bare(data: ad.AnnData, columns: list[str]) -> ad.AnnData:
    """Return expression with these obs columns and nothing else."""
    return ad.AnnData(data.X.copy(), obs=data.obs[columns].copy(), var=pd.DataFrame(index=data.var_names))
