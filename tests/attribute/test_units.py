from dataclasses import replace
from pathlib import Path

import numpy as np

from bulk2cell.artefacts.model import read_model
from bulk2cell.attribute.units import name_units, read_units
from bulk2cell.strategies import STRATEGIES


def test_a_unit_is_read_by_the_mean_expression_of_its_set(planted_model: Path) -> None:
    model = read_model(planted_model)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(7, len(model.genes))).astype(np.float32)
    code = rng.normal(size=(7, len(model.units))).astype(np.float32)
    found = read_units(model, x, code)
    for unit in ("PLANTED_SENSITISER", "BYSTANDER_17"):
        members = model.pathways.loc[model.pathways["set"] == unit, "gene"]
        expected = x[:, [model.genes.index(gene) for gene in members]].mean(axis=1)
        np.testing.assert_allclose(found[:, model.units.index(unit)], expected, rtol=1e-5)
    free = [number for number, unit in enumerate(model.units) if unit.startswith("free")]
    assert len(free) == 5
    np.testing.assert_array_equal(found[:, free], code[:, free])
    assert name_units(model) == model.units


def test_without_a_mask_units_bear_no_names_of_sets(planted_model: Path) -> None:
    model = read_model(planted_model)
    model.network.strategy = replace(STRATEGIES["share_ae_pathways"], pathways=False)
    code = np.ones((2, len(model.units)), dtype=np.float32)
    assert read_units(model, code[:, :1], code) is code
    assert name_units(model)[:2] == ["unit 1", "unit 2"]
