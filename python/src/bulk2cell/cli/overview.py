"""What `bulk2cell` and `bulk2cell --help` show: read from the commands' files, which take ten times as long to load."""

import ast
import shutil
import textwrap
from pathlib import Path

from bulk2cell.cli import COMMANDS

OPTIONS = {
    "--version": "Show the version and stop.",
    "--debug": "Show the traceback of an error.",
    "--help": "Show this message, or the help of a command, and stop.",
}


def overview() -> str:
    """Return how the program is called, what it does, and one line per command."""
    width = min(shutil.get_terminal_size().columns, 120)
    return "\n".join(
        [
            "Usage: bulk2cell [OPTIONS] COMMAND [ARGS]...",
            "",
            _docstring("app", "bulk2cell"),
            "",
            "Options:",
            *_table(OPTIONS, width),
            "",
            "Commands:",
            *_table({name: _first_line(name) for name in COMMANDS}, width),
        ]
    )


def _first_line(name: str) -> str:
    return _docstring(name, name).partition("\n")[0].replace("**", "")


def _docstring(file: str, function: str) -> str:
    tree = ast.parse((Path(__file__).parent / f"{file}.py").read_text(encoding="utf-8"))
    found = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    return ast.get_docstring(found) or ""


def _table(entries: dict[str, str], width: int) -> list[str]:
    indent = 14 * " "
    return [
        textwrap.fill(text, width, initial_indent=f"  {name:<12}", subsequent_indent=indent)
        for name, text in entries.items()
    ]
