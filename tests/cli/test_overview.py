import subprocess
import sys
from importlib import import_module

import pytest

from bulk2cell.cli import COMMANDS
from bulk2cell.cli.overview import overview


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_the_overview_is_shown_without_what_the_commands_load(words: list[str]) -> None:
    code = (
        f"import sys\nsys.argv = ['bulk2cell', *{words}]\n"
        "from bulk2cell.__main__ import main\nmain()\n"
        "slow = {'typer', 'rich', 'dataclasses', 'typing'} & set(sys.modules)\nassert not slow, slow\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{overview()}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_first_line_of_its_help(name: str) -> None:
    command = getattr(import_module(f"bulk2cell.cli.{name}"), name)
    first, *_ = command.__doc__.replace("**", "").splitlines()
    lines = overview().replace("\n" + 14 * " ", " ").splitlines()
    assert f"  {name:<12}{first}" in lines
