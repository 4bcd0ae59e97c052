"""GDSC as the mirror bundles it: expression standardised per line, one table per release and measure."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bulk2cell.errors import DownloadError
from bulk2cell.gdsc.columns import RESPONSE_COLUMNS

FLOOR = 2.0  # assumed floor of the RMA scale, log2
MEAN = 4.82  # assumed mean of all values, log2
STABLE_GENES = 200


def convert_gdsc_mirror(files: Mapping[str, Path], folder: Path) -> None:
    """Write gdsc_expression.parquet and gdsc_response.parquet from the mirror's files.

    Parameters
    ----------
    files
        GDSC_EXP.pkl, key.genes.txt and the four response tables, by name.
    folder
        Where to write.

    Raises
    ------
    DownloadError
        If the files do not fit together.
    """
    from bulk2cell.gdsc.tensors import read_tensors

    tensors = read_tensors(files["GDSC_EXP.pkl"])
    genes = files["key.genes.txt"].read_text().split()
    if {tuple(tensor.shape) for tensor in tensors.values()} != {(len(genes),)}:
        raise DownloadError(
            f"GDSC_EXP.pkl: not {len(genes)} values per line as in key.genes.txt; fetch it again"
        )
    standardised = pd.DataFrame(
        np.stack([tensor.numpy() for tensor in tensors.values()]),
        index=pd.Index(list(tensors), name="cell_line"),
        columns=genes,
    )
    rebuild_expression(standardised).to_parquet(folder / "gdsc_expression.parquet")
    tables = [join_response(release, files) for release in ("GDSC1", "GDSC2")]
    pd.concat(tables).to_parquet(folder / "gdsc_response.parquet", index=False)


def rebuild_expression(standardised: pd.DataFrame) -> pd.DataFrame:
    """Rebuild log2 RMA expression from values that were standardised line by line.

    Filler genes, equal to the line's minimum in every line, are dropped. They mark the floor of the RMA scale,
    so a line lacks only its scale: the median ratio of the most stable genes, above the floor, to their mean
    over all lines (the size factor of Anders & Huber, Genome Biol. 2010, on stable genes only). Two constants
    are assumed: the floor, 2.0, and the mean of all values, 4.82. A line's scale is right to about 1-3 %.

    Parameters
    ----------
    standardised
        Lines x genes, mean 0 and standard deviation 1 per line.

    Returns
    -------
    pd.DataFrame
        Lines x genes without filler, float32, log2.
    """
    above_floor = standardised.astype(float).sub(standardised.min(axis=1), axis=0)
    above_floor = above_floor.loc[:, (above_floor > 0).any()]
    mean = above_floor.mean()
    stable = (above_floor.std() / mean).nsmallest(STABLE_GENES).index
    rebuilt = above_floor.div((above_floor[stable] / mean[stable]).median(axis=1), axis=0)
    rebuilt *= (MEAN - FLOOR) / rebuilt.to_numpy().mean()
    expression: pd.DataFrame = (rebuilt + FLOOR).astype(np.float32)
    return expression


def join_response(release: str, files: Mapping[str, Path]) -> pd.DataFrame:
    """Join a release's AUC and LN_IC50 on line and drug, repeats averaged.

    Returns
    -------
    pd.DataFrame
        Columns DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50, sorted by line and drug.
    """
    keys = list(RESPONSE_COLUMNS[1:])
    measures = {"AUC": f"{release}_AUC.csv", "LN_IC50": f"{release}_IC50.csv"}
    columns = [pd.read_csv(files[file]).groupby(keys)[measure].mean() for measure, file in measures.items()]
    joined = pd.concat(columns, axis=1).sort_index().reset_index()
    joined.insert(0, "DATASET", release)
    return joined
