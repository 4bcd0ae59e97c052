"""Small files in the layouts that the catalogue of pairs describes, made by code."""

import gzip
import io
import tarfile
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp

GENES = ["TP53", "EGFR", "MYC", "MT-CO1", "KRAS"]
ENSEMBL = ["ENSG00000141510.17", "ENSG00000146648.18", "ENSG00000136997.20"]


def counts(cells: Sequence[str], genes: Sequence[str] = GENES, seed: int = 0) -> pd.DataFrame:
    """Genes x cells, every count at least 1."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.poisson(3, (len(genes), len(cells))) + 1, index=list(genes), columns=list(cells))


def table(frame: pd.DataFrame, separator: str = "\t", r_header: bool = False) -> bytes:
    """A gzipped text table; R leaves the name of the first column out."""
    text = frame.to_csv(sep=separator)
    return gzip.compress((text.removeprefix(separator) if r_header else text).encode())


def tenx(frame: pd.DataFrame, prefix: str) -> dict[str, bytes]:
    """The three files of a 10x matrix."""
    matrix = io.BytesIO()
    scipy.io.mmwrite(matrix, sp.coo_matrix(frame.to_numpy()), field="integer")
    genes = "".join(f"ENSG{i:011d}\t{gene}\n" for i, gene in enumerate(frame.index))
    return {
        f"{prefix}_matrix.mtx.gz": gzip.compress(matrix.getvalue()),
        f"{prefix}_genes.tsv.gz": gzip.compress(genes.encode()),
        f"{prefix}_barcodes.tsv.gz": gzip.compress("".join(f"{cell}\n" for cell in frame).encode()),
    }


def tar(members: Mapping[str, bytes]) -> bytes:
    """An archive of these members."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def gse117872(sensitive: int, resistant: int, holiday: int) -> dict[str, bytes]:
    """TPM of all cells, and a row per cell with its cluster and origin."""
    clusters = ["Sensitive"] * sensitive + ["Resistant"] * resistant + ["Holiday"] * holiday
    cells = [f"RHH{i}" for i in range(len(clusters))]
    origins = [("HN120", "HN137")[i % 2] for i in range(len(clusters))]
    info = pd.DataFrame(
        {"groups": cells, "cell_color": "HN120P", "origin": origins, "cluster": clusters, "": 1}
    )
    return {
        "GSE117872_good_Data_TPM.txt.gz": table(counts(cells) + 0.25),
        "GSE117872_good_Data_cellinfo.txt.gz": gzip.compress(info.to_csv(sep="\t", index=False).encode()),
    }


def gse131984() -> dict[str, bytes]:
    """Counts and metadata as R writes them, of four treatments and their combinations."""
    combined = ["JQ1_Palbo", "JQ1_Pac", "Pac+JQ1"]
    idents = ["Pre"] * 4 + ["Paclitaxel"] * 3 + ["JQ1"] * 2 + ["Palbociclib", *combined]
    cells = [f"ACGT-{i}" for i in range(len(idents))]
    meta = pd.DataFrame({"orig.ident": idents, "nGene": 5}, index=cells)
    return {
        "GSE131984_scRNA_counts.txt.gz": table(counts(cells), r_header=True),
        "GSE131984_scRNA_metadata.txt.gz": table(meta, r_header=True),
    }


def gse108394() -> dict[str, bytes]:
    """A 10x matrix per sample; one of them names a gene twice, as 10x does."""
    parental = counts(["AAA-1", "CCC-1", "GGG-1"], [*GENES, "MYC"])
    members = tenx(parental, "GSM2897333_451Lu_par") | tenx(
        counts(["AAA-1", "TTT-1"]), "GSM2897334_451Lu_BR3"
    )
    return {"GSE108394_RAW.tar": tar(members)}


def gse156246() -> dict[str, bytes]:
    """10x matrices of two lines and three times, and bulk RNA beside them, named as its samples are."""
    bulk = ["EFM192A-LAP-DTP1_S11", "BT474-LAP-DTP1_S1", "BT474-UT2_S3", "HCC1419-LAP-DTP2_S5"]
    members = {f"GSM{i}_{name}.txt.gz": table(counts([name])) for i, name in enumerate(bulk)}
    for number, (line, time, size) in enumerate(
        [
            ("BT474", "UT", 3),
            ("BT474", "6h", 2),
            ("BT474", "DTP", 4),
            ("HCC1419", "UT", 2),
            ("HCC1419", "DTP", 5),
        ]
    ):
        members |= tenx(counts([f"C{i}-1" for i in range(size)]), f"GSM{number + 10}_{line}-{time}")
    return {"GSE156246_RAW.tar": tar(members)}


def gse134839() -> dict[str, bytes]:
    """A Drop-seq table per day; each lists the genes that it saw."""
    days = {
        "GSM3972657_D0.dge.txt.gz": counts(["AAAC", "CCCG"], GENES[:3]),
        "GSM3972658_D1.dge.txt.gz": counts(["AAAC"]),
        "GSM3972662_D11.dge.txt.gz": counts(["AAAC", "GGGT", "TTTA"], GENES[1:]),
    }
    return {"GSE134839_RAW.tar": tar({name: table(day.rename_axis("GENE")) for name, day in days.items()})}


def gse108383() -> dict[str, bytes]:
    """Both lines in one table; the third part of a cell's name says which derivative it is of."""
    lines = [
        f"{line}_sc_{kind}_cell_{i}" for line in ("A375", "451Lu") for kind in ("par", "br") for i in range(2)
    ]
    return {"GSE108383_Melanoma_fluidigm.txt.gz": table(counts(lines[:7]))}


def gse140440() -> dict[str, bytes]:
    """A file per cell, as HTSeq writes it."""
    cells = [
        "GSM4161452_DU145_1",
        "GSM4161524_DU145_2",
        "GSM4161596_PC3_3",
        "GSM4161686_PC3_4",
        "GSM4161775_PC3_5",
    ]
    members = {}
    for seed, cell in enumerate(cells):
        lines = counts([cell], [*ENSEMBL, "__no_feature"], seed).to_csv(sep="\t", header=False)
        members[f"{cell}.counts.txt.gz"] = gzip.compress(lines.encode())
    return {"GSE140440_RAW.tar": tar(members)}


def gse112274() -> dict[str, bytes]:
    """FPKM; a gene's name is its Ensembl id and its symbol."""
    cells = ["PC9_parental_A_S1", "PC9_parental_A_S12", "PC9_D3_A_S1", "PC9_GR3_A_7"]
    genes = [f"ENSG{i:011d}__{gene}" for i, gene in enumerate(GENES)]
    return {"GSE112274_cell_gene_FPKM.csv.gz": table(counts(cells, genes) + 0.5, ",")}
