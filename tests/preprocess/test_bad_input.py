"""What a person can get wrong is one line on standard error, exit code 2, and nothing written."""

import gzip
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.cli.app import main


@dataclass
class Given:
    """The world's sources, to be spoilt."""

    world: Path
    folder: Path
    counts: pd.DataFrame

    def csv(self, table: pd.DataFrame, name: str = "cells.csv") -> str:
        table.to_csv(self.folder / name, sep="\t" if ".tsv" in name else ",")
        return str(self.folder / name)

    def text(self, name: str, content: str | bytes) -> str:
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return str(self.folder / name)

    def cut(self, path: Path | str, fraction: float = 0.5) -> str:
        whole = Path(path).read_bytes()
        return self.text(f"cut_{Path(path).name}", whole[: int(fraction * len(whole))])


def with_value(given: Given, value: float) -> dict[str, str]:
    table = given.counts.astype(float)
    table.iloc[3, 4] = value
    return {"--cells": given.csv(table)}


def with_label(given: Given, labels: list[str], **options: str) -> dict[str, str]:
    cycle = pd.Series(np.resize(labels, len(given.counts)), index=given.counts.index, name="response")
    named = {f"--{key.replace('_', '-')}": value for key, value in options.items()}
    return {
        "--cells": str(given.world / "cells.h5ad"),
        "--labels": given.csv(cycle.to_frame(), "labels.csv"),
        **named,
    }


def duplicate_cells(given: Given) -> dict[str, str]:
    return {"--cells": given.csv(pd.concat([given.counts, given.counts.iloc[[7]]]))}


def duplicate_in_h5ad(given: Given) -> dict[str, str]:
    cells = ad.AnnData(given.counts.astype(float))
    cells.obs_names = ["same", "same", *cells.obs_names[2:]]
    cells.write_h5ad(given.folder / "twice.h5ad")
    return {"--cells": str(given.folder / "twice.h5ad")}


def mouse(given: Given) -> dict[str, str]:
    renamed = ad.AnnData(given.counts.astype(float).rename(columns=str.capitalize))
    renamed.write_h5ad(given.folder / "mouse.h5ad")
    return {"--cells": str(given.folder / "mouse.h5ad")}


def empty_h5ad(given: Given) -> dict[str, str]:
    ad.AnnData(np.zeros((0, 0))).write_h5ad(given.folder / "none.h5ad")
    return {"--cells": str(given.folder / "none.h5ad")}


def ensembl(given: Given) -> dict[str, str]:
    return {
        "--cells": given.csv(
            given.counts.set_axis([f"ENSG{i:011d}" for i in range(given.counts.shape[1])], axis=1)
        )
    }


def bulk_of(given: Given, change: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, str]:
    return {"--bulk": given.csv(change(pd.read_parquet(given.world / "bulk.parquet")), "bulk.csv")}


def response_of(given: Given, change: Callable[[pd.DataFrame], pd.DataFrame]) -> dict[str, str]:
    change(pd.read_parquet(given.world / "response.parquet")).to_csv(
        given.folder / "response.csv", index=False
    )
    return {"--response": str(given.folder / "response.csv")}


CASES: dict[str, tuple[Callable[[Given], dict[str, str]], str]] = {
    "drug misspelt": (lambda g: {"--drug": "Plantedmap"}, "did you mean Plantedmab?"),
    "drug in no release": (lambda g: {"--release": "GDSC1"}, "not in GDSC1, only in GDSC2"),
    "no measure": (lambda g: response_of(g, lambda t: t.drop(columns="AUC")), "no column AUC"),
    "no response column": (
        lambda g: response_of(g, lambda t: t.drop(columns="DRUG_NAME")),
        "no column DRUG_NAME",
    ),
    "genes of a mouse": (
        mouse,
        "mouse.h5ad: its genes are written as those of a mouse or another species (Gene0000, Gene0001, Gene0002)",
    ),
    "few genes in common": (
        lambda g: {"--min-shared-genes": "501"},
        "500 shared with the bulk lines, at least 501",
    ),
    "ids that no table knows": (ensembl, "cells.csv: none of its genes is known (index: ENSG"),
    "missing value": (lambda g: with_value(g, np.nan), "row cell000003, column GENE0004: '' is not a number"),
    "infinite value": (lambda g: with_value(g, np.inf), "cell000003, gene GENE0004: inf"),
    "negative count": (lambda g: with_value(g, -1), "cell000003, gene GENE0004: -1"),
    "declared log without a log": (
        lambda g: {**with_value(g, 4000.5), "--scale": "log"},
        "gene GENE0008: 39: too large for a log value",
    ),
    "two cells": (
        lambda g: {"--cells": g.csv(g.counts.iloc[:2]), "--min-cells-per-gene": "1"},
        "2 cells, at least 3 are needed",
    ),
    "scale of no kind": (lambda g: with_value(g, 4000.5), "declare --scale"),
    "cell twice": (duplicate_cells, "cell cell000007 occurs twice"),
    "cell twice in h5ad": (duplicate_in_h5ad, "cell same occurs twice"),
    "labels of one class": (lambda g: with_label(g, ["1"]), "300 sensitive and 0 resistant cells"),
    "labels of no cell": (
        lambda g: {"--labels": g.text("l.csv", "cell,y\nx,1\n")},
        "none of its cells (x, ...)",
    ),
    "unknown label": (
        lambda g: with_label(g, ["1", "0", "maybe"]),
        "maybe is neither sensitive nor resistant",
    ),
    "label column missing": (
        lambda g: {"--label-column": "lable"},
        "no column lable for the cells; --label-column can be label",
    ),
    "label column of the table missing": (
        lambda g: with_label(g, ["1", "0"], label_column="respond"),
        "--label-column can be response",
    ),
    "sample column missing": (lambda g: {"--sample-column": "patient"}, "--sample-column can be"),
    "few labelled lines": (lambda g: {"--min-labelled-lines": "200"}, "72 sensitive and 72 resistant lines"),
    "lines of one class": (
        lambda g: {"--label-strategy": "threshold", "--response-threshold": "2"},
        "240 sensitive and 0 resistant lines",
    ),
    "bulk of other lines": (lambda g: bulk_of(g, lambda t: t.add_prefix("X_", axis=0)), "none of its lines"),
    "bulk with a gap": (lambda g: bulk_of(g, lambda t: t.where(t < t.max().max())), "is not a finite number"),
    "bulk of counts": (lambda g: bulk_of(g, lambda t: 2**t), "too large for log2"),
    "bulk empty": (lambda g: {"--bulk": g.text("bulk.csv", "")}, "cannot be read as a table"),
    "bulk cut": (lambda g: {"--bulk": g.cut(g.world / "bulk.parquet")}, "cannot be read as a table"),
    "response cut": (
        lambda g: {"--response": g.cut(g.world / "response.parquet")},
        "cannot be read as a table",
    ),
    "cells empty csv": (lambda g: {"--cells": g.text("cells.csv", "")}, "it is empty"),
    "cells header only": (lambda g: {"--cells": g.csv(g.counts[:0])}, "empty, cut off or not a table"),
    "cells empty h5ad file": (lambda g: {"--cells": g.text("cells.h5ad", "")}, "it is empty"),
    "cells empty h5ad": (empty_h5ad, "no cells or no genes"),
    "cells empty parquet": (lambda g: {"--cells": g.text("cells.parquet", "")}, "it is empty"),
    "cells cut csv": (lambda g: {"--cells": g.cut(g.csv(g.counts))}, "cut_cells.csv: row cell0001"),
    "cells cut gz": (lambda g: {"--cells": g.cut(g.csv(g.counts, "cells.tsv.gz"))}, "cut off"),
    "cells cut h5ad": (lambda g: {"--cells": g.cut(g.world / "cells.h5ad")}, "cut off or not HDF5"),
    "cells cut near the end of h5ad": (
        lambda g: {"--cells": g.cut(g.world / "cells.h5ad", 0.99)},
        "cut off or not HDF5",
    ),
    "cells cut parquet": (
        lambda g: {"--cells": g.cut(g.world / "bulk.parquet")},
        "cannot be read as parquet",
    ),
    "gz of nothing": (lambda g: {"--cells": g.text("cells.csv.gz", gzip.compress(b""))}, "it is empty"),
    "wrong orientation": (
        lambda g: {"--cells": g.csv(g.counts), "--orientation": "genes-by-cells"},
        "give --orientation cells-by-genes",
    ),
    "no genes on either axis": (
        lambda g: {"--cells": g.csv(g.counts.add_prefix("x"))},
        "neither its rows (cell000000, cell000001, cell000002) nor its columns (xGENE0000",
    ),
    "folder without a matrix": (lambda g: {"--cells": str(g.world)}, "no matrix.mtx"),
    "cells missing": (lambda g: {"--cells": "nowhere.h5ad"}, "nowhere.h5ad: no such file"),
    "bulk missing": (lambda g: {"--bulk": "nowhere.csv"}, "nowhere.csv: no such file"),
    "gene sets missing": (lambda g: {"--gene-sets": "nowhere.gmt"}, "nowhere.gmt: no such file"),
    "gene ids missing": (lambda g: {"--gene-ids": "nowhere.tsv"}, "nowhere.tsv: no such file"),
    "labels missing": (lambda g: {"--labels": "nowhere.csv"}, "nowhere.csv: no such file"),
    "no gene set kept": (
        lambda g: {"--gene-sets": g.text("s.gmt", "S\tabout\tA\tB\n")},
        "none of 1 gene sets has 5",
    ),
    "gene sets empty": (lambda g: {"--gene-sets": g.text("s.gmt", "")}, "no gene set in it"),
    "no cell left": (lambda g: {"--min-genes-per-cell": "100000"}, "no cell has 100000 genes"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_one_line(
    case: str,
    world: Path,
    counts: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil, expected = CASES[case]
    options = {
        "--bulk": str(world / "bulk.parquet"),
        "--response": str(world / "response.parquet"),
        "--cells": str(world / "cells.h5ad"),
        "--gene-sets": str(world / "gene_sets.gmt"),
        "--drug": "Plantedmab",
        "--out": str(tmp_path / "results" / "study"),
        **spoil(Given(world, tmp_path, counts)),
    }
    monkeypatch.setattr(
        sys, "argv", ["bulk2cell", "preprocess", *(word for option in options.items() for word in option)]
    )
    with pytest.raises(SystemExit) as stop:
        main()
    printed = capsys.readouterr()
    assert stop.value.code == 2
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("error: ")
    assert expected in printed.err
    assert printed.out == ""
    assert not (tmp_path / "results").exists()


def test_good_input_prints_the_study(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "bulk": "bulk.parquet",
        "response": "response.parquet",
        "cells": "cells.h5ad",
        "gene-sets": "gene_sets.gmt",
    }
    sources = [word for name, file in given.items() for word in (f"--{name}", str(world / file))]
    out = str(tmp_path / "study")
    argv = [
        "bulk2cell",
        "preprocess",
        *sources,
        "--drug",
        "planted-mab",
        "--exclude-lines",
        "LINE001; LINE002",
        "--out",
        out,
    ]
    monkeypatch.setattr(sys, "argv", argv)
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    assert capsys.readouterr().out == f"{out}\n"
    assert (tmp_path / "study" / "study.json").is_file()
