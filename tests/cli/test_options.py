from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.testing import CliRunner

from bulk2cell.checked import Checked, parameter
from bulk2cell.cli.options import with_parameters


@dataclass(frozen=True)
class Baking(Checked):
    """How a cake is baked."""

    degrees: float = parameter(180.0, "heat of the oven, Celsius", minimum=50, maximum=300)
    kind: Literal["round", "square"] = parameter("round", "shape of the tin")
    fan_on: bool = parameter(False, "let the fan run")
    layers: int = parameter(2, "number of layers", minimum=1)


def baked(*words: str) -> tuple[int, str]:
    app = typer.Typer()

    @app.command()
    @with_parameters
    def bake(
        recipe: Annotated[Path, typer.Argument(help="The recipe.")],
        baking: Baking,
        quiet: Annotated[bool, typer.Option(help="Say nothing.")] = False,
    ) -> None:
        """Bake a cake."""
        typer.echo(f"{recipe} {baking} {quiet}")

    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_fields_become_options_and_the_class_is_put_together_again() -> None:
    assert baked("r.txt") == (0, f"r.txt {Baking()} False\n")
    given = Baking(degrees=200.0, kind="square", fan_on=True, layers=5)
    words = ["r.txt", "--degrees", "200", "--kind", "square", "--fan-on", "--layers", "5", "--quiet"]
    assert baked(*words) == (0, f"r.txt {given} True\n")


def test_a_switch_can_be_turned_off_again() -> None:
    assert baked("r.txt", "--fan-on", "--no-fan-on") == (0, f"r.txt {Baking()} False\n")


def test_ranges_and_choices_are_checked() -> None:
    for words in (["--degrees", "20"], ["--kind", "oval"], ["--layers", "0"], ["--layers", "1.5"]):
        code, output = baked("r.txt", *words)
        assert code == 2
        assert words[0] in output


def test_help_shows_texts_defaults_and_the_class_as_a_panel() -> None:
    code, output = baked("--help")
    assert code == 0
    for text in ("heat of the oven, Celsius", "180.0", "How a cake is baked.", "round|square", "--no-fan-on"):
        assert text in output
