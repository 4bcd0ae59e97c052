import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from test_page import HOSTILE, read
from typer.testing import CliRunner

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.cli.app import app
from bulk2cell.pl.given import Tables
from bulk2cell.report.screen_words import write_verdict
from bulk2cell.stages import report
from made_up_screen import DRUGS, make_screen, write_screen

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("screen")
    return report([write_screen(root / "screen", warnings=["planted warning"])], root / "report")


def drugs_shown(html: str) -> list[str]:
    (table,) = re.findall(r"All drugs, the most trusted first.*?<tbody>(.*?)</tbody>", html, flags=re.DOTALL)
    return re.findall(r"<tr><td[^>]*>(.*?)</td>", table, flags=re.DOTALL)


def headline(**facts: object) -> str:
    made = make_screen(**facts)  # type: ignore[arg-type]
    return write_verdict(Tables(made.drugs, made.groups), "cluster").headline


def test_the_verdict_stands_first_and_says_what_not_to_believe(page: Path) -> None:
    html, _, text = read(page)
    assert "compared 3 groups of 30 cells, without any label of them" in text
    assert (
        "Of 4 drugs, 2 can be trusted enough for a test (1 strong and 1 fair); 1 of these tell the groups apart."
        in text
    )
    assert (
        "More sensitive than the other groups: tumour to Axitinib. 2 of the groups are so to no trusted drug."
        in text
    )
    assert (
        "the other 2 drugs (1 weak and 1 do not use), not even the 1 of them whose FDR is below 0.05" in text
    )
    in_order = [
        'class="verdict"',
        "<svg",
        "A smallest set",
        "All drugs",
        "planted warning",
        "sha256 of the inputs",
    ]
    places = [html.index(part) for part in in_order]
    assert places == sorted(places)


def test_the_verdict_fits_the_screen() -> None:
    assert headline(drugs={"a": "weak", "b": "do not use"}).startswith(
        "No drug can be trusted on these cells"
    )
    assert headline(groups=["all"]).endswith("All cells are one group, so that there is nothing to compare.")
    assert headline(selective=False).endswith("but none of these tells the groups apart.")


def test_releases_that_disagree_are_named() -> None:
    made = make_screen(other_release="GDSC1", agreement=[-0.4, 0.9, -0.9, -0.9])
    points = " ".join(write_verdict(Tables(made.drugs, made.groups), "cluster").points)
    assert "1 of the 2 trusted drugs that GDSC tested in two releases" in points
    assert "below 0.5): Axitinib." in points


def test_every_drug_stands_in_the_table_with_its_trust_in_words(page: Path, tmp_path: Path) -> None:
    html, _, _ = read(page)
    assert sorted(drugs_shown(html)) == sorted(DRUGS)
    for rank, grade in enumerate(reversed(DRUGS.values()), 1):
        assert f'<span class="grade grade-{rank}">{grade}</span>' in html
    many = {f"drug{number}": "weak" for number in range(150)}
    html, _, _ = read(report([write_screen(tmp_path / "screen", drugs=many)], tmp_path / "report"))
    assert sorted(drugs_shown(html)) == sorted(many)


def test_heat_map_and_suggested_drugs_are_described(page: Path) -> None:
    html, reader, text = read(page)
    # They scroll on a narrow screen, which a keyboard must reach.
    assert len(re.findall(r'<div class="panel wide" tabindex="0" role="img"', html)) == len(reader.alts)
    assert [alt.split(":")[0] for alt in reader.alts if alt] == [
        "Heat map of drug-specific scores; highest in each group",
        "Share of sensitive cells by group",
        "Expected AUROC of all drugs by grade",
    ]
    assert any(alt and "tumour: Axitinib" in alt for alt in reader.alts)
    assert "A smallest set for the bench, not the clinic" in text
    assert "PLANTEDLINE9" in text


def test_where_nothing_can_be_compared_or_trusted_nothing_is_drawn(tmp_path: Path) -> None:
    for name, facts in {"alone": {"groups": ["all"]}, "none": {"drugs": {"a": "weak", "b": "weak"}}}.items():
        made = write_screen(tmp_path / name, **facts)
        _, reader, text = read(report([made], tmp_path / f"report_{name}"))
        assert len(reader.alts) == 1
        assert "smallest set" not in text


def test_the_page_is_whole_without_network_and_without_script(page: Path) -> None:
    html, reader, _ = read(page)
    assert all(link.startswith(("#", "data:")) for link in reader.links)
    assert not re.search(r"url\((?!#)|@import|https?://", html)
    assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)
    assert '<p class="search" hidden>' in html
    assert reader.tags.count("script") == 1


def test_hostile_names_are_text(tmp_path: Path) -> None:
    made = write_screen(
        tmp_path / "screen",
        drugs={HOSTILE: "strong", "other": HOSTILE},
        groups=[HOSTILE, "b"],
        by=[HOSTILE],
        warnings=[HOSTILE],
        target=HOSTILE,
        synonyms=HOSTILE,
        pathway=HOSTILE,
    )
    html, reader, text = read(report([made], tmp_path / "report"))
    assert "<script>alert" not in html
    assert reader.tags.count("script") == 1
    assert text.count(HOSTILE) >= 12


def test_screens_stand_before_pairs_and_are_told_apart(
    build: Callable[..., list[Path]], tmp_path: Path
) -> None:
    screens = [write_screen(tmp_path / name / "screen") for name in ("first", "second")]
    out = report([*build(tmp_path / "in", "pair", seeds=(1,)), *reversed(screens)], tmp_path / "report")
    html, reader, text = read(out)
    assert len(reader.ids) == len(set(reader.ids))
    assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)
    places = [html.index(f'id="{name}"') for name in ("screen-1", "screen-2", "overview-1", "pair-1")]
    assert places == sorted(places)
    assert "Which drugs for these cells · first/screen" in text
    for name in ("drugs", "groups"):
        table = pd.read_csv(out / f"{name}.csv")
        assert table["screen"].unique().tolist() == ["first/screen", "second/screen"]
        assert len(table) == 2 * len(getattr(make_screen(), name))
    assert len(pd.read_csv(out / "overview.csv")) == 1


def test_every_grouping_has_its_heat_map(tmp_path: Path) -> None:
    made = write_screen(tmp_path / "screen", by=("cluster", "patient"))
    _, reader, text = read(report([made], tmp_path / "report"))
    assert "Group by group: cluster" in text
    assert "Group by group: patient" in text
    assert sum(bool(alt and alt.startswith("Heat map")) for alt in reader.alts) == 2


def test_same_screen_same_bytes(tmp_path: Path) -> None:
    made = write_screen(tmp_path / "screen")
    first, second = (report(given, tmp_path / str(len(given))) for given in ([made], [made, made]))
    assert read_manifest(first, "report").files == read_manifest(second, "report").files


def test_one_command_makes_the_page_of_a_screen(tmp_path: Path) -> None:
    made = write_screen(tmp_path / "screen")
    result = CliRunner().invoke(app, ["report", str(made), "--out", str(tmp_path / "report")])
    assert result.exit_code == 0
    assert (tmp_path / "report" / "report.html").is_file()
    told = " ".join(CliRunner().invoke(app, ["screen", "--help"], env={"COLUMNS": "200"}).output.split())
    assert "bulk2cell report screen --out report" in told


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_rows_are_searched_and_sorted_in_a_browser(page: Path, tmp_path: Path) -> None:
    html = re.sub(r"<meta http-equiv[^>]*>", "", (page / "report.html").read_text())
    done = """<script>
    const field = document.querySelector(".search input");
    field.value = "KDR strong"; field.dispatchEvent(new Event("input"));
    const trust = [...document.querySelectorAll(".tall th button")].find(each => each.textContent == "Trust");
    trust.click(); trust.click();
    </script>"""
    (tmp_path / "page.html").write_text(html.replace("</body>", f"{done}</body>"))
    command = [str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{tmp_path / 'page.html'}"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    (table,) = re.findall(r'<div class="scroll tall".*?<tbody>(.*?)</tbody>', shown, flags=re.DOTALL)
    rows = re.findall(r"<tr([^>]*)><td[^>]*>(\w+)", table)
    assert [name for _, name in rows] == ["Dasatinib", "Cisplatin", "Bortezomib", "Axitinib"]
    assert [name for hidden, name in rows if "hidden" not in hidden] == ["Axitinib"]
    assert "<output>1 of 4</output>" in shown
    assert '<p class="search">' in shown
