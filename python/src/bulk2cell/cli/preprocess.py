"""`bulk2cell preprocess`."""

from pathlib import Path
from typing import Annotated

import typer

from bulk2cell.cli.options import with_parameters
from bulk2cell.parameters import READABLE_CELLS, CellInput, CellLabels, StudyParameters, names_in


@with_parameters
def preprocess(
    bulk: Annotated[
        Path, typer.Option(help="Expression of bulk lines, lines x genes, log2: parquet, csv or tsv.")
    ],
    response: Annotated[
        Path, typer.Option(help="GDSC's dose response: DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50.")
    ],
    cells: Annotated[Path, typer.Option(help=f"Single cells: {READABLE_CELLS}.")],
    gene_sets: Annotated[Path, typer.Option(help="Gene sets: a GMT file of gene symbols.")],
    drug: Annotated[
        str, typer.Option(help="Drug: its name in the response table, another of its names, or its DRUG_ID.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the study; it appears whole or not at all.")],
    cell_input: CellInput,
    cell_labels: CellLabels,
    parameters: StudyParameters,
    gene_ids: Annotated[
        Path | None, typer.Option(help="Gene names: identifier and symbol, or HGNC's complete set.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="Labels of the cells: the first column names the cell. Default: the cells' own columns."
        ),
    ] = None,
    pair: Annotated[
        str, typer.Option(help="Name of the dataset-drug pair. Default: the study folder's name.")
    ] = "",
    exclude_lines: Annotated[
        str, typer.Option(help='Cell lines that the cells come from, taken out of the bulk: "PC-9;HCC827".')
    ] = "",
    tag: Annotated[
        str, typer.Option(help="What the cells' labels test: pre-treatment, post-treatment, ...")
    ] = "",
) -> None:
    """Make a **study** of bulk lines, their response to a drug, cells and gene sets.

    Counts are normalised to a fixed total and transformed by log1p; log values of any base and total are brought to the
    same; z-scores are used as they are. Gene names become current symbols. What was decided is printed and recorded. Genes
    are those that both domains share and that vary most in either (their union). Lines are labelled by their response (low
    AUC = sensitive). The cells' labels go to a file that only evaluation reads.

    Example:
    `bulk2cell preprocess --bulk expression.parquet --response response.parquet --cells cells.h5ad --gene-sets hallmark.gmt
    --drug Erlotinib --exclude-lines PC-9 --out study`

    Example with a label table:
    `bulk2cell preprocess ... --cells counts.csv.gz --labels labels.csv --label-column response --gene-ids gene_ids.parquet
    --out study`
    """
    from bulk2cell.preprocess.sources import Sources
    from bulk2cell.stages import preprocess as library

    sources = Sources(bulk, response, cells, gene_sets, gene_ids, labels)
    lines = names_in(exclude_lines)
    inputs = cell_input, cell_labels, parameters
    typer.echo(library(sources, pair or out.name, drug, out, lines, tag, *inputs))
