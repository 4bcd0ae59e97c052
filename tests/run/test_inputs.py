from pathlib import Path

import pytest

from bulk2cell.errors import InputError, ParameterError
from bulk2cell.run.inputs import Reference, sheet_and_reference
from bulk2cell.run.params_file import make_parameters

GIVEN = {"input": "s.csv", "bulk": "b.parquet", "response": "r.parquet", "gene_sets": "a.gmt, x/b.gmt ,"}


def test_texts_become_paths() -> None:
    sheet, reference = sheet_and_reference(make_parameters(GIVEN, "p"))
    assert sheet == Path("s.csv")
    assert reference == Reference(
        Path("b.parquet"), Path("r.parquet"), (Path("a.gmt"), Path("x/b.gmt")), None
    )
    _, reference = sheet_and_reference(make_parameters({**GIVEN, "gene_ids": "g.csv"}, "p"))
    assert reference.gene_ids == Path("g.csv")


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("input", "the argument SHEET"),
        ("bulk", "--bulk"),
        ("response", "--response"),
        ("gene_sets", "--gene-sets"),
    ],
)
def test_what_is_missing_is_named_with_both_ways_to_give_it(name: str, way: str) -> None:
    with pytest.raises(InputError) as error:
        sheet_and_reference(make_parameters({**GIVEN, name: ""}, "p"))
    assert str(error.value) == f"{name}: not given; give {way}, or `{name}: PATH` in the file of --params"


def test_gene_sets_have_a_default() -> None:
    given = {name: value for name, value in GIVEN.items() if name != "gene_sets"}
    assert sheet_and_reference(make_parameters(given, "p"))[1].gene_sets == (Path("reactome"),)


def test_simulate_is_left_to_the_pipeline() -> None:
    with pytest.raises(
        ParameterError, match=r"^simulate: only the pipeline simulates its cells; leave it out"
    ):
        sheet_and_reference(make_parameters({**GIVEN, "simulate": "demo"}, "p"))


def test_published_pairs_are_left_to_the_pipeline() -> None:
    with pytest.raises(ParameterError, match=r"^pairs: only the pipeline fetches its cells; leave it out"):
        sheet_and_reference(make_parameters({**GIVEN, "pairs": "article"}, "p"))
