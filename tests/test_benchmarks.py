"""The scripts behind the documents' numbers take hours; here only that what they import is there."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
SCRIPTS = sorted(FOLDER.rglob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(FOLDER)))
def test_what_a_script_imports_is_there(script: Path) -> None:
    for node in ast.walk(ast.parse(script.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                assert_there(script, alias.name, [])
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert_there(script, node.module, [alias.name for alias in node.names])


def assert_there(script: Path, module: str, names: list[str]) -> None:
    beside = script.with_name(f"{module}.py")
    if beside.is_file():
        known = {name for node in ast.parse(beside.read_text()).body for name in names_of(node)}
        assert set(names) <= known
    elif module.startswith("bulk2cell"):
        assert [name for name in names if not hasattr(import_module(module), name)] == []
    else:
        assert find_spec(module.partition(".")[0]), f"{script.name}: no module {module}"


def names_of(node: ast.stmt) -> list[str]:
    """Return the names that a statement of a module defines or imports."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    return [name.id for name in ast.walk(node) if isinstance(name, ast.Name)]
