"""Write the inputs of the real benchmark: cells as h5ad, reference tables and the sample sheet.

Usage: python benchmarks/real/prepare.py DATA OUT

DATA holds gdsc/, cells/, gene_ids/ and genesets/ (GDSC; GSE149383; GSE118767; the SCAD benchmark).
"""

import sys
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import line_key, read_response

PC9_MIN_GENES = 300


def count_table(path: Path, separator: str) -> ad.AnnData:
    """Read a genes x cells table of counts."""
    table = pd.read_csv(path, sep=separator, index_col=0)
    return ad.AnnData(
        sp.csr_matrix(table.to_numpy(dtype=np.float32).T),
        obs=pd.DataFrame(index=table.columns.astype(str)),
        var=pd.DataFrame(index=table.index.astype(str)),
    )


def pc9(folder: Path) -> ad.AnnData:
    """Join untreated (sensitive) and erlotinib-treated (persister, resistant) PC9 cells of day 11.

    The label is the library. Barcodes with fewer than 300 genes are empty droplets.
    """
    libraries = {"sensitive": "Day11_control.txt.gz", "resistant": "Day11_Erlotinib.txt.gz"}
    parts = {}
    for label, file in libraries.items():
        part = count_table(folder / file, "\t")
        parts[label] = part[np.asarray((part.X > 0).sum(axis=1)).ravel() >= PC9_MIN_GENES].copy()
    joined = ad.concat(parts, label="response", index_unique="_", join="outer", fill_value=0)
    joined.obs["library"] = joined.obs["response"].map(
        {label: name.split(".")[0] for label, name in libraries.items()}
    )
    return joined


def lung(folder: Path) -> ad.AnnData:
    """Join the singlets of five lung lines from three CEL-seq2 plates."""
    plates = []
    for plate in ("p1", "p2", "p3"):
        cells = count_table(folder / f"sc_celseq2_5cl_{plate}.count.csv.gz", ",")
        about = pd.read_csv(folder / f"sc_celseq2_5cl_{plate}.metadata.csv.gz")
        cells.obs = cells.obs.join(about[["cell_line_demuxlet", "demuxlet_cls"]])
        cells.obs_names = [f"{plate}_{name}" for name in cells.obs_names]
        plates.append(cells[cells.obs["demuxlet_cls"] == "SNG"].copy())
    return ad.concat(plates, join="outer", fill_value=0)


def label_by_line(cells: ad.AnnData, response: Path, drug: str) -> ad.AnnData:
    """Label cells by their line's own AUC: lowest 30 % of all GDSC lines sensitive, highest resistant, else left out."""
    values, _ = read_response(response, drug)
    labels = response_labels(values, "extreme", 0.3, 0.0)
    of_line = cells.obs["cell_line_demuxlet"].astype(str).map(lambda name: labels.get(line_key(name), np.nan))
    cells.obs["response"] = of_line.map({1.0: "sensitive", 0.0: "resistant"})
    return cells[cells.obs["response"].notna()].copy()


def gene_ids(folder: Path) -> pd.DataFrame:
    """Join the Entrez, symbol and Ensembl table with the aliases."""
    names = pd.read_csv(folder / "entrez_symbol_ensembl.tsv.gz", sep="\t", dtype=str)
    aliases = pd.read_csv(folder / "alias.tsv.gz", sep="\t", dtype=str)
    return names.merge(aliases, on="entrez", how="left")


def main(data: Path, out: Path) -> None:
    """Write everything that `run.sh` needs."""
    out.mkdir(parents=True, exist_ok=True)
    response = data / "gdsc" / "response.parquet"
    gene_ids(data / "gene_ids").to_csv(out / "gene_ids.tsv.gz", sep="\t", index=False)
    pc9(data / "cells" / "pc9-erlotinib").write_h5ad(out / "pc9.h5ad", compression="gzip")
    lines = lung(data / "cells" / "lung-cellbench")
    lines.write_h5ad(out / "lung.h5ad", compression="gzip")
    for drug in ("Lapatinib", "Docetaxel"):
        cells = label_by_line(lines, response, drug)
        cells.write_h5ad(out / f"lung_{drug.lower()}.h5ad", compression="gzip")
        print(drug, cells.obs.groupby(["cell_line_demuxlet", "response"], observed=True).size().to_dict())
    for drug in ("Afatinib", "Gefitinib", "Vorinostat"):
        (out / f"scad_{drug.lower()}.tsv").write_bytes(
            (data / "cells" / "scad" / f"Target_expr_resp_z.{drug}_tp4k.tsv").read_bytes()
        )
    (out / "pairs.csv").write_bytes((Path(__file__).parent / "pairs.csv").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
