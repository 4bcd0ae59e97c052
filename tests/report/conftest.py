from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.study import write_study
from bulk2cell.calls import make_calls
from made_up import STUDY, add_missing_files, content_of, parameters_of

GENES = [f"GENE{i:03d}" for i in range(120)]
CONTROLS = {"permuted labels": 20, "untrained encoder": 3}
UNITS = [f"SET_{i:02d}" for i in range(20)]


def build_study(
    folder: Path, pair: str, drug: str, simulated: bool, warnings: list[str], cells: pd.DataFrame
) -> Path:
    rng = np.random.default_rng(0)
    auc = np.sort(rng.beta(4, 2, 100))
    label = np.where(np.arange(100) < 30, 1.0, np.where(np.arange(100) >= 70, 0.0, np.nan))
    lines = pd.DataFrame(
        {"response": auc, "label": label, "split": "train"}, index=[f"LINE{i}" for i in range(100)]
    )
    var = pd.DataFrame(index=GENES)
    with new_artefact(
        folder, "study", parameters_of("study", extreme_fraction=0.3), {"bulk.parquet": "ab" * 32}
    ) as draft:
        draft.content = content_of(
            "study",
            pair=pair,
            drug=drug,
            simulated=simulated,
            tag="pre-treatment",
            identifiers={"bulk": "symbol", "cells": "ensembl"},
            gene_sets="hallmark",
            kept=[{"what": "cells with enough genes", "before": 4321, "after": 300}],
            label_cuts={"sensitive_at_most": float(auc[29]), "resistant_at_least": float(auc[70])},
            excluded_lines={"removed": ["PLANTEDLINE9"], "not_in_source": []},
            warnings=warnings,
        )
        bulk = ad.AnnData(rng.normal(size=(100, 120)).astype(np.float32), obs=lines, var=var)
        expression = rng.normal(size=(len(cells), 120)).astype(np.float32)
        ad.AnnData(expression, obs=pd.DataFrame(index=cells["cell"]), var=var).write_h5ad(
            draft.folder / CELLS_FILE
        )
        write_study(
            draft,
            bulk,
            pd.DataFrame({"gene": GENES, "set": np.resize(UNITS, 120)}),
            pd.DataFrame({"identifier": GENES, "symbol": GENES}),
            cells[["cell", "label", "sample"]],
        )
    return folder


def planted_cells(n: int = 300) -> pd.DataFrame:
    label = np.resize([1.0, 1.0, 0.0], n)
    return pd.DataFrame(
        {
            "cell": [f"cell{i:04d}" for i in range(n)],
            "label": label,
            "sample": np.where(
                label == 1,
                np.array(["parental_a", "parental_b"])[np.arange(n) // 3 % 2],
                np.array(["derived_a", "derived_b", "derived_c"])[np.arange(n) // 3 % 3],
            ),
            "n_counts": 1000.0 + np.arange(n),
            "n_genes": 500.0,
        }
    )


def called(cells: pd.DataFrame, seed: int, apart: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    probability = 1 / (1 + np.exp(-(apart * (cells["label"] - 0.5) + rng.normal(size=len(cells)))))
    return pd.DataFrame(
        {
            "cell": cells["cell"],
            "probability": probability,
            "call": make_calls(probability, 0.4, 0.5),
        }
    )


def build_network(folder: Path, kind: Any, common: dict[str, Any], study: dict[str, Any], stage: str) -> Path:
    epochs = np.arange(1, 31)
    history = pd.DataFrame({"stage": stage, "epoch": epochs})
    for loss in ("total", "reconstruction"):
        history[f"train_{loss}"] = 2 / epochs + common["seed"] * 0.01
        history[f"validation_{loss}"] = 2.2 / epochs + 0.1
    history["kept"] = epochs == 27
    parameters = parameters_of(kind, seed=common["seed"], learning_rate=0.001, batch_size=256)
    with new_artefact(folder, kind, parameters, {"study/bulk.h5ad": "cd" * 32}) as draft:
        draft.content = content_of(kind, **common, study=study, epochs={"run": 30, "best": 27})
        history.to_parquet(draft.folder / "history.parquet")
        add_missing_files(draft.folder, kind)
    return folder


def build_predictions(
    folder: Path, common: dict[str, Any], table: pd.DataFrame, on_study: bool = True
) -> Path:
    with new_artefact(folder, "predictions", parameters_of("predictions"), {"cells": "ef" * 32}) as draft:
        genes = {"model": 120, "found": 120, "missing": []}
        draft.content = content_of("predictions", **common, on_study=on_study, genes=genes)
        table.to_parquet(draft.folder / "predictions.parquet")
    return folder


def build_scores(
    folder: Path,
    common: dict[str, Any],
    cells: pd.DataFrame,
    calls: dict[int, pd.DataFrame],
    planted: dict[int, float],
    simulated: bool,
    warnings: list[str],
    controls: dict[str, int],
) -> Path:
    names = {name: common[name] for name in ("pair", "gene_sets", "regime")}
    rows = []
    for seed, auroc in planted.items():
        metrics = {
            "auroc": auroc,
            "auprc": 0.77,
            "prevalence": 0.667,
            "balanced_accuracy": 0.811,
            "mcc": 0.622,
            "accuracy": 0.833,
            "f1": 0.844,
            "brier": 0.155,
            "ece": 0.066,
        }
        rows += [(common["strategy"], seed, "bulk2cell", metric, value) for metric, value in metrics.items()]
    for control, repeats in controls.items():
        rows += [
            (common["strategy"], repeat, f"bulk2cell, {control}", "auroc", 0.432 + repeat / 1000)
            for repeat in range(1, repeats + 1)
        ]
    if "permuted labels" in controls:
        p = 1 / (1 + controls["permuted labels"])
        rows.append((common["strategy"], -1, "bulk2cell", "permutation_p_auroc", p))
    for method, metrics in {
        "logistic regression": {"auroc": 0.721, "accuracy": 0.7},
        "XGBoost": {"auroc": 0.654, "accuracy": 0.6},
        "depth only (counts)": {"auroc": 0.391, "auroc_either_way": 0.609},
        "all sensitive": {"auroc": 0.5, "accuracy": 0.667, "f1": 0.801, "balanced_accuracy": 0.5, "mcc": 0.0},
        "all resistant": {"auroc": 0.5, "accuracy": 0.333, "f1": 0.0, "balanced_accuracy": 0.5, "mcc": 0.0},
        "expression": {"silhouette": 0.123},
    }.items():
        rows += [("-", -1, method, metric, value) for metric, value in metrics.items()]
    rows.append((common["strategy"], 1, "shared code", "silhouette", 0.345))
    scores = pd.DataFrame(rows, columns=["strategy", "seed", "method", "metric", "value"]).assign(**names)
    mean = float(np.mean(list(planted.values())))
    over = {"seeds": (mean - 0.04, mean + 0.04, len(planted))} if len(planted) > 1 else {}
    over["bootstrap"] = (mean - 0.08, mean + 0.08, 500)
    intervals = pd.DataFrame(
        [
            (common["strategy"], "bulk2cell", "auroc", kind, mean, low, high, n)
            for kind, (low, high, n) in over.items()
        ],
        columns=["strategy", "method", "metric", "over", "mean", "low", "high", "n"],
    ).assign(**names)
    rng = np.random.default_rng(3)
    clusters = pd.concat(
        [
            pd.DataFrame(
                {
                    "cell": cells["cell"],
                    "space": space,
                    "umap1": rng.normal(size=len(cells)) + 3 * cells["label"],
                    "umap2": rng.normal(size=len(cells)),
                }
            )
            for space in ("expression", "shared code")
        ]
    )
    with new_artefact(folder, "scores", parameters_of("scores"), {}) as draft:
        draft.content = content_of(
            "scores",
            **names,
            drug=common["drug"],
            n_cells={
                "sensitive": int((cells["label"] == 1).sum()),
                "resistant": int((cells["label"] == 0).sum()),
                "unlabelled": 0,
                "shots": 0,
            },
            samples={"sensitive": 2, "resistant": 3},
            simulated=simulated,
            flips=sum(value < 0.5 for value in planted.values()),
            warnings=warnings,
        )
        scores.to_parquet(draft.folder / "scores.parquet")
        intervals.to_parquet(draft.folder / "intervals.parquet")
        clusters.to_parquet(draft.folder / "clusters.parquet")
        pd.concat(
            [
                cells.merge(table, on="cell").assign(strategy=common["strategy"], seed=seed)
                for seed, table in calls.items()
            ]
        ).to_parquet(draft.folder / "cells.parquet")
    return folder


def build_attributions(folder: Path, common: dict[str, Any], top: str) -> Path:
    rng = np.random.default_rng(common["seed"])
    with new_artefact(folder, "attributions", parameters_of("attributions"), {}) as draft:
        draft.content = content_of(
            "attributions",
            **common,
            completeness={
                name: {
                    "mean_relative": value,
                    "max_relative": 0.1,
                    "mean_absolute": 0.01,
                    "max_absolute": 0.1,
                }
                for name, value in (("genes", 1.2e-6), ("pathways", 4.5e-6))
            },
        )
        for file, name, items in (("genes", "gene", [top, *GENES[1:]]), ("pathways", "unit", UNITS)):
            strength = 1 / (1 + np.arange(len(items))) + rng.uniform(0, 0.01, len(items))
            sign = np.where(np.arange(len(items)) % 3 == 1, -1.0, 1.0)
            pd.DataFrame(
                {
                    name: items,
                    "contribution": strength * 0.9,
                    "mean_sensitive": strength * 0.5,
                    "mean_resistant": -strength * 0.4,
                    "mean_abs": strength,
                    "direction": sign * 0.8,
                    "signed": strength * sign,
                }
            ).to_parquet(draft.folder / f"{file}.parquet")
        nes = np.linspace(2.345, -1.9, len(UNITS))
        pd.DataFrame(
            {
                "set": UNITS,
                "size": 10,
                "es": nes / 4,
                "nes": nes,
                "p": 0.01,
                "fdr": np.linspace(0.001, 0.9, 20),
                "leading_genes": "GENE001;GENE002",
            }
        ).to_parquet(draft.folder / "enrichment.parquet")
    return folder


@pytest.fixture(scope="session")
def build() -> Callable[..., list[Path]]:
    """Build all artefacts of a pair; the names may be as hostile as one likes."""

    def build_pair(
        root: Path,
        pair: str,
        drug: str = "Plantedmab",
        seeds: tuple[int, ...] = (1, 2),
        planted: dict[int, float] | None = None,
        simulated: bool = False,
        study_warnings: list[str] | None = None,
        score_warnings: list[str] | None = None,
        scored: bool = True,
        strategy: str = "share_ae_pathways",
        regime: str = "B",
        top: str = "TOPGENE1",
        sample: str | None = None,
        alike: bool = False,
        controls: dict[str, int] | None = None,
        trained_on: int = 300,
    ) -> list[Path]:
        cells = planted_cells()
        if sample:
            cells["sample"] = cells["sample"].replace("parental_a", sample)
        common = {"pair": pair, "drug": drug, "strategy": strategy, "gene_sets": "hallmark", "regime": regime}
        calls = {seed: called(cells, seed, 3.0) for seed in seeds}
        if alike:
            calls = {seed: table.assign(call="sensitive") for seed, table in calls.items()}
        made = [build_study(root / "study", pair, drug, simulated, study_warnings or [], cells)]
        facts = {**STUDY, "pair": pair, "drug": drug, "gene_sets": "hallmark", "simulated": simulated}
        for seed in seeds:
            of_seed = {**common, "seed": seed}
            trained = {**of_seed, "cells": trained_on}
            made += [
                build_network(root / f"encoder{seed}", "encoder", trained, facts, "pretrain"),
                build_network(root / f"model{seed}", "model", trained, facts, "finetune"),
                build_predictions(root / f"predictions{seed}", of_seed, calls[seed]),
                build_attributions(root / f"attributions{seed}", of_seed, top),
            ]
        if scored:
            aurocs = planted or dict.fromkeys(seeds, 0.9)
            made.append(
                build_scores(
                    root / "scores",
                    common,
                    cells,
                    calls,
                    aurocs,
                    simulated,
                    score_warnings or [],
                    controls or {},
                )
            )
        return made

    return build_pair


@pytest.fixture(scope="session")
def two_pairs(tmp_path_factory: pytest.TempPathFactory, build: Callable[..., list[Path]]) -> list[Path]:
    """A quiet pair, and a simulated one with warnings whose AUROC is flipped."""
    root = tmp_path_factory.mktemp("two_pairs")
    quiet = build(root / "quiet", "quiet", "Quietinib", planted={1: 0.91, 2: 0.89}, controls=CONTROLS)
    loud = build(
        root / "loud",
        "loud",
        "Loudumab",
        planted={1: 0.41, 2: 0.47},
        simulated=True,
        study_warnings=["planted warning of the study"],
        score_warnings=["planted warning of the scores"],
    )
    return [*quiet, *loud]
