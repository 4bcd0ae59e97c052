import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.errors import InputError
from bulk2cell.fetch.fetch import plan
from bulk2cell.gdsc.lines import find_drug, line_key, read_response_table
from bulk2cell.published.describe_pairs import pairs
from bulk2cell.published.pair import Cells, Counts, Fact, Pair, PairFile, Quality
from bulk2cell.published.pair_labels import find_role
from bulk2cell.published.read_pairs import pair_catalogue

OWN = """
mine:
  what: my cells
  series: GSE123456
  drug: Erlotinib
  cells: {files: [GSE123456_RAW.tar], scale: counts}
  labels:
    by: file
    sensitive: {match: D0, cells: day 0}
    resistant: {match: D11, cells: day 11}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "own.yaml").write_text(text)
    return folder / "own.yaml"


def test_every_fact_says_where_it_is_from_or_that_nobody_has_checked_it() -> None:
    for name, pair in pair_catalogue().items():
        verified, unverified = pair.verified or {}, pair.unverified or {}
        assert not set(verified) & set(unverified), name
        assert set(verified) | set(unverified) == set(get_args(Fact)), name
        assert all(source.strip() for source in (*verified.values(), *unverified.values()))
        assert pair.reference
        assert pair.tag in {"pre-treatment", "post-treatment"}


def test_nothing_is_called_fetched_from_geo() -> None:
    assert all(file.sha256 is None for pair in pair_catalogue().values() for file in pair.files)


def roles_of_samples(pair: Pair) -> list[tuple[str, str]]:
    """Every accession, those between two among them, with its role."""
    roles = []
    for role, named in (pair.samples or {}).items():
        for accessions in named:
            first, _, last = accessions.replace("GSM", "").partition("-")
            roles += [(f"GSM{number}", role) for number in range(int(first), int(last or first) + 1)]
    return roles


def test_a_sample_has_one_role_and_a_rule_by_file_gives_it_the_same() -> None:
    numbers = {}
    for name, pair in pair_catalogue().items():
        roles = roles_of_samples(pair)
        assert len(roles) == len(dict(roles)), name
        if roles:
            numbers[name] = len(roles)
        if roles and pair.labels.by == "file":
            found = {accession: find_role(f"{accession}_x", pair.labels) for accession, _ in roles}
            assert found == {accession: role.replace("neither", "") for accession, role in roles}
    assert numbers == {"GSE117872_cisplatin": 1431, "GSE149383_erlotinib": 6, "GSE140440_docetaxel": 324}


def test_the_articles_pairs_have_its_numbers() -> None:
    text = (files("bulk2cell.grid") / "article.yaml").read_text()
    article = {name: Counts(**cells) for name, cells in yaml.safe_load(text)["pairs"].items()}
    found = {name: pair.article for name, pair in pair_catalogue().items() if pair.article}
    assert found == article
    assert list(pair_catalogue())[:5] == list(article)


def test_drugs_and_lines_are_those_of_gdsc(real_data: Path) -> None:
    table = read_response_table(real_data / "gdsc" / "response.parquet")
    lines = {line_key(name) for name in table["CELL_LINE_NAME"].unique()}
    excluded: set[str] = set()
    for name, pair in pair_catalogue().items():
        assert find_drug(table, pair.drug, name) == pair.drug
        excluded |= set(pair.exclude_lines)
    assert {line for line in excluded if line_key(line) not in lines} == {"PC-9"}
    unknown = ["HN120", "HN137", "HN148", "SUM149", "SUM149PT", "SUM159", "SUM159PT", "PC-9"]
    assert not {line_key(name) for name in unknown} & lines


def test_an_own_entry_is_read_and_replaces_ours_of_its_name(tmp_path: Path) -> None:
    own = write(tmp_path, OWN + OWN.replace("mine:", "GSE131984_jq1:"))
    catalogue = pair_catalogue(own)
    mine = catalogue["mine"]
    assert mine.cells == Cells(files=(PairFile(name="GSE123456_RAW.tar"),), scale="counts")
    assert (mine.labels.resistant.match, mine.quality, mine.exclude_lines) == ("D11", Quality(), ())
    assert mine.address(mine.files[0]) == (
        "https://ftp.ncbi.nlm.nih.gov/geo/series/GSE123nnn/GSE123456/suppl/GSE123456_RAW.tar"
    )
    assert catalogue["GSE131984_jq1"].drug == "Erlotinib"
    assert list(catalogue)[-1] == "mine"


def test_samples_are_read_and_printed(tmp_path: Path) -> None:
    samples = "  samples:\n    sensitive: {GSM1: day 0, GSM2-GSM4: day 1}\n    neither: {GSM5: bulk}\n"
    own = write(tmp_path, OWN + samples)
    expected = {"sensitive": {"GSM1": "day 0", "GSM2-GSM4": "day 1"}, "neither": {"GSM5": "bulk"}}
    assert pair_catalogue(own)["mine"].samples == expected
    assert yaml.safe_load(pairs("mine", own))["mine"]["samples"] == expected


def test_a_file_from_elsewhere_has_an_address_of_its_own(tmp_path: Path) -> None:
    entry = f"{{name: a.tar, url: 'https://example.org/x/a.tar?d=1', sha256: {64 * 'a'}, size: 5}}"
    own = write(tmp_path, OWN.replace("GSE123456_RAW.tar", entry).replace("  series: GSE123456\n", ""))
    pair = pair_catalogue(own)["mine"]
    assert pair.address(pair.files[0]) == "https://example.org/x/a.tar?d=1"
    assert (pair.files[0].sha256, pair.files[0].size) == (64 * "a", 5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  drug: Erlotinib\n", "", "mine: no drug; it is required"),
        ("scale: counts", "scale: umi", "scale: 'umi' is not one of counts, tpm, fpkm, log"),
        ("by: file", "by: name", "by: 'name' is not one of file, cell, annotation"),
        ("by: file", "by: annotation", "by annotation, so give annotation (a file) and column"),
        ("match: D11", "match: '(D11'", "'(D11' is not a regular expression"),
        (
            "{match: D0, cells: day 0}",
            "D0",
            "mine: labels: sensitive: 'D0' is not a table of `key: value` lines",
        ),
        ("  drug:", "  colour: red\n  drug:", "mine: unknown key 'colour'; the keys are name, what, drug"),
        ("GSE123456_RAW.tar", "../RAW.tar", "'../RAW.tar' is not a file name"),
        ("series: GSE123456", "series: GSE12", "give series (GSE...) or the file's url"),
        (
            "[GSE123456_RAW.tar]",
            "[{name: a.tar, url: 'http://x.org/a.tar'}]",
            "url: 'http://x.org/a.tar' cannot be fetched: not https",
        ),
        ("  drug:", "  exclude_lines: 451Lu\n  drug:", "exclude_lines: '451Lu' is not a list; write [...]"),
        ("  drug:", "  quality: {min_genes: many}\n  drug:", "min_genes: 'many' is not a whole number"),
        (
            "  drug:",
            "  samples: {parental: {GSM1: a}}\n  drug:",
            "mine: samples: 'parental' is not one of sensitive, resistant, neither",
        ),
        (
            "  drug:",
            "  samples: {sensitive: {GSE1: a}}\n  drug:",
            "sensitive: 'GSE1' is not an accession; write GSM1",
        ),
        ("  drug:", "  samples: {sensitive: {GSM1: [a]}}\n  drug:", "sensitive: GSM1: ['a'] is not text"),
        (
            "  drug:",
            "  samples: {sensitive: GSM1}\n  drug:",
            "samples: sensitive: 'GSM1' is not a table of `key: value`",
        ),
        ("scale: counts", "scale: counts, one_per_file: 1", "one_per_file: 1 is neither true nor false"),
        ("drug: Erlotinib", "drug: [Erlotinib]", "drug: ['Erlotinib'] is not text"),
        ("[GSE123456_RAW.tar]", "[]", "cells: no files; it is required"),
        ("GSE123456\n", "../../../tmp/GSE1\n", "series: '../../../tmp/GSE1' is not a series of GEO"),
        ("drug: Erlotinib", 'drug: "Erlo\\etinib"', "drug: 'Erlo\\x1btinib' holds control characters"),
        ("drug: Erlotinib", 'drug: "Erlo\\ud800tinib"', "drug: 'Erlo\\ud800tinib' holds control characters"),
        ("drug: Erlotinib", "drug: '=HYPERLINK(1)'", "'=HYPERLINK(1)' would be taken for a formula"),
        ("  drug:", "  exclude_lines: ['@SUM(1)']\n  drug:", "'@SUM(1)' would be taken for a formula"),
        ("  drug:", "  exclude_lines: [[PC-9]]\n  drug:", "exclude_lines: ['PC-9'] is not text"),
        ("  drug:", "  quality: {min_genes: -1}\n  drug:", "min_genes: -1 is below 0"),
        ("  drug:", "  quality: {max_mitochondrial_percent: .nan}\n  drug:", "nan is not a finite number"),
        ("  drug:", "  quality: {max_mitochondrial_percent: .inf}\n  drug:", "inf is not a finite number"),
        ("  drug:", "  quality: 0\n  drug:", "quality: 0 is not a table of `key: value` lines"),
        ("  drug:", "  article: []\n  drug:", "article: [] is not a table of `key: value` lines"),
        ("  drug:", "  unverified: 5\n  drug:", "unverified: 5 is not a table of `key: value` lines"),
        ("  drug:", "  verified: {label: x}\n  drug:", "verified: 'label' is not one of series, files,"),
        (
            "  drug:",
            "  verified: [series]\n  drug:",
            "verified: ['series'] is not a table of `key: value` lines",
        ),
        ("  drug:", "  verified: {series: [1]}\n  drug:", "verified: series: [1] is not text"),
        ("by: file", "by: file\n    annotation: ''", "annotation: no name; it is required"),
        ("[GSE123456_RAW.tar]", "[null]", "files: None is not a table of `key: value` lines"),
        ("[GSE123456_RAW.tar]", "[{name: a.tar, sha256: abc}]", "sha256: 'abc' is not 64 digits"),
        ("[GSE123456_RAW.tar]", "[{name: a.tar, sha256: [1]}]", "sha256: [1] is not text"),
        ("[GSE123456_RAW.tar]", "[{name: a.tar, size: many}]", "size: 'many' is not a whole number"),
        ("[GSE123456_RAW.tar]", "[{name: a.tar, size: -1}]", "size: -1 is below 0"),
        (
            "[GSE123456_RAW.tar]",
            "[{name: a.tar, url: 'https://u:p@x.org/a'}]",
            "'https://u:p@x.org/a' cannot be fetched: not an address",
        ),
        (
            "[GSE123456_RAW.tar]",
            "[{name: a.tar, url: 'ftp://x.org/a'}]",
            "'ftp://x.org/a' cannot be fetched: not https",
        ),
        ("[GSE123456_RAW.tar]", "[{name: a.tar, url: [1]}]", "url: [1] is not text"),
        ("scale: counts", "scale: counts, gene_name: '.*'", "gene_name: '.*' has no group"),
        ("match: D11", "match: 'a{99999999999}'", "is not a regular expression"),
        ("match: D11", f"match: '{2000 * '('}a{2000 * ')'}'", "is not a regular expression"),
        ("\nmine:", "\nmine: " + 5000 * "[", "not yaml"),
        ("\nmine:", "\nmine: 2001-99-99\nx:", "not yaml"),
        ("\nmine:", "\nmine: !!int ''\nx:", "not yaml"),
        ("\nmine:", "\nmine: !!timestamp a\nx:", "not yaml"),
        ("\nmine:", "\nmine: " + 5000 * "9" + "\nx:", "not yaml"),
        ("\nmine:", "\n? [a]\n: b\nmine:", "not yaml"),
        ("\nmine:", "\n\0mine:", "not yaml"),
        ("\nmine:", "\nmine: !!python/object/apply:os.system [ls]\nx:", "not yaml"),
        ("\nmine:", "\nmine: &a [*a]\nx:", "more than 100000 values"),
        ("mine:", "../mine:", "'../mine' is not a name of letters, digits"),
        ("\nmine:", "\n- mine:", "no pairs; write one entry per pair"),
        ("\nmine:", "\nmine: [", "not yaml"),
    ],
)
def test_what_is_wrong_with_an_own_catalogue(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in OWN
    with pytest.raises(InputError, match=re.escape(message)) as error:
        pair_catalogue(write(tmp_path, OWN.replace(old, new, 1)))
    assert str(error.value).startswith(str(tmp_path / "own.yaml"))


@pytest.mark.parametrize("merged", ["[{0}]", "{{<<: [{0}]}}"])
def test_aliases_of_aliases_do_not_fill_the_memory(tmp_path: Path, merged: str) -> None:
    lines = ["a0: &a0 {x: 1}"]
    for level in range(1, 12):
        held = merged.format(", ".join(10 * [f"*a{level - 1}"]))
        lines.append(f"a{level}: &a{level} {held}")
    own = write(tmp_path, "\n".join(lines))
    for read in (pair_catalogue, lambda own: pairs("a11", own)):
        with pytest.raises(InputError, match="more than 100000 values; do not let aliases"):
            read(own)


def test_a_catalogue_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    for content in (b"mine: \xff", b"\xff\xfe\x00\x00", b"\x00"):
        (tmp_path / "own.yaml").write_bytes(content)
        with pytest.raises(InputError, match="not yaml"):
            pair_catalogue(tmp_path / "own.yaml")


def test_no_line_of_a_catalogue_is_obeyed_by_a_terminal(tmp_path: Path) -> None:
    own = write(tmp_path, OWN.replace("my cells", '"my\\u202ecells\\nGSE1: verified"'))
    assert r"mine: Erlotinib; GSE123456; my\u202ecells GSE1: verified" in pairs(own=own).splitlines()


def test_a_missing_catalogue(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such catalogue"):
        pair_catalogue(tmp_path / "none.yaml")


def test_the_list_shows_what_is_unverified_and_what_cannot_be_made() -> None:
    lines = dict(line.split(": ", 1) for line in pairs().splitlines())
    assert list(lines) == list(pair_catalogue())
    assert lines["GSE117872_cisplatin"].endswith("950 / 352 in the article; unverified: files, samples")
    assert lines["GSE110894_ibet762"].endswith(
        "cannot be made: the cells are of a mouse, and bulk2cell has no table of orthologous genes"
    )


@pytest.mark.parametrize("name", ["GSE108394_plx4720", "GSE131984_jq1"])
def test_a_printed_entry_is_a_catalogue_with_the_same_meaning(tmp_path: Path, name: str) -> None:
    printed = pairs(name)
    assert "unverified:" in printed
    assert "&" not in printed
    assert pair_catalogue(write(tmp_path, printed)) == pair_catalogue()
    with pytest.raises(InputError, match="nobody: no such pair; choose from GSE117872_cisplatin"):
        pairs("nobody")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = [
    ("series",),
    ("drug",),
    ("what",),
    ("tag",),
    ("exclude_lines",),
    ("samples",),
    ("quality",),
    ("quality", "min_genes"),
    ("article",),
    ("verified",),
    ("unverified", "files"),
    ("barrier",),
    ("cells",),
    ("cells", "files"),
    ("cells", "files", 0),
    ("cells", "files", 0, "sha256"),
    ("cells", "files", 0, "url"),
    ("cells", "files", 0, "size"),
    ("cells", "gene_name"),
    ("cells", "one_per_file"),
    ("labels",),
    ("labels", "by"),
    ("labels", "annotation"),
    ("labels", "sensitive"),
    ("labels", "sensitive", "match"),
    ("labels", "sample"),
]


@given(st.sampled_from(PATHS), VALUES)
@settings(max_examples=60, deadline=None)
def test_any_value_in_a_catalogue_is_taken_or_told(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], value: object
) -> None:
    entry = yaml.safe_load(OWN)["mine"]
    entry |= {"quality": {}, "unverified": {}}
    entry["cells"]["files"] = [{"name": "a.tar"}]
    inner = entry
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    own = tmp_path_factory.getbasetemp() / "any.yaml"
    own.write_text(yaml.safe_dump({"mine": entry}))
    try:
        (line,) = [line for line in pairs(own=own).splitlines() if line.startswith("mine: ")]
        assert line.isprintable()
        assert pairs("mine", own)
        assert "mine" in plan(["mine"], own.parent / "none", own=own)[0]
    except InputError as error:
        assert str(error).startswith((f"{own}: mine", "mine: cannot be made"))  # noqa: PT017


@given(st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
@settings(max_examples=100, deadline=None)
def test_any_bytes_as_a_catalogue_are_taken_or_told(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    own = tmp_path_factory.getbasetemp() / "bytes.yaml"
    own.write_bytes(content)
    with pytest.raises(InputError, match=r"bytes\.yaml: "):
        pair_catalogue(own)
