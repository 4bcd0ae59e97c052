"""A disk that is full, or a limit on a file's size, is one line and exit code 75, and nothing is left behind."""

import resource
from importlib import import_module
from pathlib import Path

import pytest
from forked import run_forked

from bulk2cell.simulate.synthesise import DRUG

# What a child would otherwise spend its time on importing.
for module in (
    "cells.read_cells",
    "predict.predict",
    "attribute.attribute",
    "evaluate.evaluate",
    "report.report",
):
    import_module(f"bulk2cell.{module}")


@pytest.mark.parametrize("limit", [500, 3000, 20_000, 60_000])
@pytest.mark.parametrize("command", ["preprocess", "predict", "simulate"])
def test_a_limit_on_the_size_of_hdf5_files(
    world: Path, tiny_model: Path, tmp_path: Path, command: str, limit: int
) -> None:
    bulk, response = ("--bulk", world / "bulk.parquet"), ("--response", world / "response.parquet")
    words: dict[str, tuple[object, ...]] = {
        "preprocess": (
            *("preprocess", *bulk, *response, "--cells", world / "cells.h5ad", "--drug", DRUG),
            *("--gene-sets", world / "gene_sets.gmt", "--hvg", 100),
        ),
        "predict": ("predict", tiny_model, world / "cells.h5ad", "--annotated"),
        "simulate": ("simulate", *bulk, *response, "--drug", DRUG, "--sensitive-cells", 50),
    }
    out = tmp_path / "results" / ("cells.h5ad" if command == "simulate" else "out")
    out.parent.mkdir()
    refuses_to_write(out, limit, *words[command], "--out", out)


@pytest.mark.parametrize("limit", [300, 3000])
@pytest.mark.parametrize("command", ["pretrain", "finetune", "attribute", "predict"])
def test_a_limit_on_the_size_of_other_files(
    tiny_study: Path, tiny_encoder: Path, tiny_model: Path, tmp_path: Path, command: str, limit: int
) -> None:
    words: dict[str, tuple[object, ...]] = {
        "pretrain": ("pretrain", tiny_study, "--hidden", 32, "--pretrain-epochs", 1, "--device", "cpu"),
        "finetune": (
            "finetune",
            tiny_study,
            "--encoder",
            tiny_encoder,
            "--finetune-epochs",
            1,
            "--device",
            "cpu",
        ),
        "attribute": ("attribute", tiny_model, tiny_study),
        "predict": ("predict", tiny_model, tiny_study),
    }
    (tmp_path / "results").mkdir()
    out = tmp_path / "results" / "out"
    refuses_to_write(out, limit, *words[command], "--out", out)


def refuses_to_write(out: Path, limit: int, *words: object) -> None:
    ended = run_forked(*words, limits={resource.RLIMIT_FSIZE: limit})
    assert ended.code == 75, ended.err
    assert "Traceback" not in ended.err
    assert "ignored" not in ended.err
    *before, last = ended.err.splitlines()
    assert last.startswith("error: ")
    assert "File too large" in last
    assert not [line for line in before if line.startswith("error: ")]
    assert not list(out.parent.iterdir())
