import inspect
import subprocess
import sys

import pytest

from bulk2cell.model.family import Family, components_of, family_of
from bulk2cell.parameters import NetworkParameters
from bulk2cell.strategies import STRATEGIES

FAMILIES = sorted({strategy.family for strategy in STRATEGIES.values()})
FUNCTIONS = [name for name in vars(Family) if inspect.isfunction(vars(Family)[name]) and name[0] != "_"]


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_family_has_every_function_with_its_parameters(name: str, function: str) -> None:
    wanted = list(inspect.signature(getattr(Family, function)).parameters.values())[1:]
    found = inspect.signature(getattr(family_of(STRATEGIES[name]), function)).parameters.values()
    assert [(each.name, each.default) for each in found] == [(each.name, each.default) for each in wanted]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_predicts_loads_no_torch(family: str) -> None:
    code = f"import sys, {family}; sys.exit('torch' in sys.modules or 'scanpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_options_know_the_strategies_by_a_table_that_loads_no_family() -> None:
    code = "import sys, bulk2cell.parameters; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_cells_are_reduced_for_ridge_alone() -> None:
    assert components_of(NetworkParameters(strategy="ridge_pathways", cell_components=7)) == 7
    others = [name for name in STRATEGIES if name != "ridge_pathways"]
    assert [components_of(NetworkParameters(strategy=name)) for name in others] == [0] * 5
