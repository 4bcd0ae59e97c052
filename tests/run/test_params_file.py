import json
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from bulk2cell.errors import InputError, ParameterError
from bulk2cell.run.params_file import SET_BY_RUN, AllParameters, make_parameters, read_params_file


def test_values_reach_their_stage_and_the_rest_keeps_its_default() -> None:
    made = make_parameters({"hidden": 32, "hvg": 100, "seeds": 2, "bootstraps": 50}, "p.yaml")
    assert (made.network.hidden, made.study.hvg, made.run.seeds, made.evaluate.bootstraps) == (32, 100, 2, 50)
    assert made.losses == AllParameters().losses
    assert make_parameters({}, "p.yaml") == AllParameters()


def test_every_parameter_of_every_stage_but_what_run_sets_can_be_given() -> None:
    default = AllParameters()
    groups = [getattr(default, entry.name) for entry in fields(AllParameters)]
    values = {entry.name: getattr(group, entry.name) for group in groups for entry in fields(group)}
    for name in SET_BY_RUN:
        del values[name]
    assert make_parameters(values, "p.yaml") == default


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".json"])
def test_yaml_and_json_say_the_same(tmp_path: Path, suffix: str) -> None:
    values = {"hidden": 32, "learning_rate": 0.01, "freeze_encoder": True, "strategies": "all"}
    text = json.dumps(values) if suffix == ".json" else yaml.safe_dump(values)
    (tmp_path / f"p{suffix}").write_text(text)
    assert read_params_file(tmp_path / f"p{suffix}") == values


def test_no_file_and_an_empty_file_mean_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("# nothing yet\n")
    assert read_params_file(tmp_path / "p.yaml") == {}
    assert read_params_file(None) == {}


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("p.yaml", b"hidden: [1\n", "neither yaml nor json"),
        ("p.yaml", b"hidden:\t32\n  x: -\n", "neither yaml nor json"),
        ("p.yaml", b"\x89HDF\r\n\xff", "neither yaml nor json"),
        ("p.json", b"hidden: 32", "neither yaml nor json"),
        ("p.yaml", b"- hidden\n", "no table of parameters"),
        ("p.yaml", b"just text\n", "no table of parameters"),
        ("p.yaml", b"!!python/object/apply:os.getcwd []\n", "neither yaml nor json"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=what):
        read_params_file(tmp_path / name)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such params file"):
        read_params_file(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"hiden": 32}, r"^p\.yaml: unknown parameter 'hiden'; known are .*hidden"),
        ({"seeds": 1, 3: 4}, r"^p\.yaml: unknown parameter 3"),
        ({3: 4, "hiden": 32, None: 1}, r"^p\.yaml: unknown parameter 3"),
        ({"split_seed": 2**32}, r"^p\.yaml: split_seed: 4294967296 is out of range; .* at most 4294967295"),
        ({"hidden": 0}, r"^p\.yaml: hidden: 0 is out of range; it must be at least 1"),
        ({"dropout": 2}, r"^p\.yaml: dropout: 2 is out of range; it must be at least 0 and at most 0\.95"),
        ({"hidden": "many"}, r"^p\.yaml: hidden: 'many' is not of type int"),
        ({"learning_rate": "1e-4"}, r"^p\.yaml: learning_rate: '1e-4' is not of type float; .* like 0\.001"),
        ({"hidden": None}, r"^p\.yaml: hidden: None is not of type int"),
        ({"strategies": ["base_ae"]}, r"^p\.yaml: strategies: .* is not of type str"),
        ({"release": "best"}, r"^p\.yaml: release: 'best' is not one of auto"),
        ({"strategy": "base_ae"}, r"^p\.yaml: 'strategy' is set by `run` itself; give 'strategies' instead"),
        ({"seed": 7}, r"^p\.yaml: 'seed' is set by `run` itself; give 'seeds' instead"),
        (
            {"group_column": "leiden"},
            r"^p\.yaml: 'group_column' is set by `run` itself; give it as a column of the",
        ),
        (
            {"screen_sample_column": "patient"},
            r"^p\.yaml: 'screen_sample_column' is set .* give the column 'sample_column' of the sample sheet",
        ),
        ({"screen_permutations": 10}, r"^p\.yaml: screen_permutations: 10 is out of range; .* at least 200"),
        ({"simulate": "all"}, r"^p\.yaml: simulate: 'all' is not one of"),
        ({"max_cpus": 0}, r"^p\.yaml: max_cpus: 0 is out of range; it must be at least 1"),
        ({"bulk": ["b.parquet"]}, r"^p\.yaml: bulk: .* is not of type str"),
        ({"freeze_encoder": 1}, r"^p\.yaml: freeze_encoder: 1 is not of type bool"),
    ],
)
def test_a_wrong_value_is_one_clear_error(values: dict[str, object], what: str) -> None:
    with pytest.raises(ParameterError, match=what):
        make_parameters(values, "p.yaml")
