import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.metrics import METRICS, Metric
from bulk2cell.report.failures import Failure
from bulk2cell.stages import report
from made_up import forge

HOSTILE = '<script>alert("x")</script> $a_b$ & "quoted"'
RESOURCES = {"src", "href", "xlink:href", "action", "data", "poster", "srcset"}


class Reader(HTMLParser):
    """Collects the links, the scripts and the visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.alts: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in RESOURCES:
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        if ("role", "img") in attrs:
            self.alts.append(dict(attrs).get("aria-label"))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(folder: Path) -> tuple[str, Reader, str]:
    html = (folder / "report.html").read_text()
    reader = Reader(html)
    return html, reader, " ".join("".join(reader.text).split())


def methods_shown(html: str) -> list[str]:
    """Return the first column of the first table of all metrics."""
    (table,) = re.findall(r"All metrics <.*?<tbody>(.*?)</tbody>", html, flags=re.DOTALL)[:1]
    return re.findall(r"<tr>\s*<t[dh][^>]*>(.*?)</t", table, flags=re.DOTALL)


@pytest.fixture(scope="module")
def folder(two_pairs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    failed = [Failure("broken", "pretrain", "no gene is shared")]
    return report(two_pairs, tmp_path_factory.mktemp("page") / "report", failed)


def test_page_takes_nothing_from_the_network(folder: Path) -> None:
    html, reader, _ = read(folder)
    assert all(link.startswith(("#", "data:")) for link in reader.links)
    assert not re.search(r"url\((?!#)|@import|https?://", html)
    assert not {"link", "iframe", "object", "embed", "base", "form"} & set(reader.tags)
    assert "default-src 'none'" in html


def test_every_link_within_the_page_leads_somewhere(folder: Path) -> None:
    _, reader, _ = read(folder)
    assert len(reader.ids) == len(set(reader.ids))
    assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)


def test_planted_numbers_stand_in_the_page(folder: Path) -> None:
    _, _, text = read(folder)
    assert "AUROC 0.90 (95 % interval 0.86 to 0.94 over 2 seeds)" in text
    assert "AUROC 0.44 (95 % interval 0.40 to 0.48 over 2 seeds)" in text
    assert text.count("balanced accuracy 0.81, MCC 0.62") == 2
    assert (
        text.count(
            "sequencing depth alone (in its better direction) AUROC 0.61, logistic regression AUROC 0.72"
        )
        == 2
    )
    assert text.count("Accuracy is 0.83 and F1 0.84; calling every cell sensitive gives 0.67 and 0.80") == 2
    assert text.count("expression 0.12, shared code 0.34") == 2
    assert "genes 1.2e−06, pathway units 4.5e−06" in text
    for planted in ("TOPGENE1", "+2.35", "4,321", "PLANTEDLINE9", "Quietinib", "Loudumab", "200 / 100"):
        assert planted in text


def test_controls_stand_between_the_model_and_the_classifiers(folder: Path) -> None:
    html, _, text = read(folder)
    loud, quiet = (html[html.index(f'id="pair-{i}"') :] for i in (1, 2))
    assert methods_shown(quiet) == [
        "bulk2cell",
        "bulk2cell, permuted labels",
        "bulk2cell, untrained encoder",
        "logistic regression",
        "XGBoost",
        "depth only (counts)",
        "all sensitive",
        "all resistant",
    ]
    assert [name for name in methods_shown(loud) if "," in name] == []
    assert text.count("against 20 models that learnt permuted labels, p = 0.05") == 1
    assert text.count("controls of the model: permuted labels (20 times), untrained encoder (3 times)") == 1
    assert text.count("Chance reaches an AUPRC of 0.67.") == 2


def test_accuracy_never_stands_without_the_constants(folder: Path) -> None:
    html, _, _ = read(folder)
    tables = re.findall(r"<table.*?</table>", html, flags=re.DOTALL)
    with_accuracy = [table for table in tables if re.search(r">(Accuracy|F1)[ <(]", table)]
    assert len(with_accuracy) == 3
    assert all("all-sensitive" in table or "all sensitive" in table for table in with_accuracy)


def test_the_regime_stands_by_every_heading_of_results(folder: Path) -> None:
    html, _, _ = read(folder)
    for heading in ("Sensitive or resistant?", "The cells", "All metrics"):
        assert html.count(f'<h4>{heading} <span class="regime">cells seen without labels') == 2


def test_warnings_stand_where_they_were_planted_only(folder: Path) -> None:
    html, _, text = read(folder)
    loud, quiet = html.index('id="pair-1"'), html.index('id="pair-2"')
    for warning in ("planted warning of the study", "planted warning of the scores"):
        assert text.count(warning) == 1
        assert loud < html.index(warning) < quiet
    assert html.count('class="box warning"') == 1


def test_simulated_pairs_are_named_so(folder: Path) -> None:
    html, _, _ = read(folder)
    loud, quiet = html.index('id="pair-1"'), html.index('id="pair-2"')
    assert "simulated" in html[loud:quiet]
    assert "simulated" not in html[quiet:]
    assert "loud · simulated" in html[:loud]


def test_flips_are_counted(folder: Path) -> None:
    assert "Flips: 2" in read(folder)[2]


def test_failed_pairs_are_named(folder: Path) -> None:
    html, _, text = read(folder)
    assert "broken failed in pretrain: no gene is shared" in text
    assert 'class="box failure"' in html


def test_every_figure_says_what_it_shows(folder: Path) -> None:
    html, reader, _ = read(folder)
    assert len(reader.alts) == html.count("<svg ") == 1 + 2 * (5 + 6 + 3 + 4 + 1)
    assert all(alt and len(alt) > 20 for alt in reader.alts)
    assert html.count("<figcaption>") == 1 + 2 * 5


def test_sorting_needs_no_mouse(folder: Path) -> None:
    html, _, _ = read(folder)
    headings = re.findall(r"<th [^>]*>(.*?)</th>", html, flags=re.DOTALL)
    assert headings
    assert all(heading.startswith('<button type="button">') for heading in headings)
    assert "aria-sort" in html


def test_script_is_the_only_one_that_may_run(folder: Path) -> None:
    html, reader, _ = read(folder)
    assert reader.tags.count("script") == 1
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", html)
    assert "onclick" not in html


def test_hostile_names_are_text(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = build(
        tmp_path / "in", HOSTILE, HOSTILE, top=HOSTILE, sample=HOSTILE, study_warnings=[HOSTILE], seeds=(1,)
    )
    out = report(made, tmp_path / "report", [Failure(HOSTILE, HOSTILE, HOSTILE, HOSTILE)], title=HOSTILE)
    html, reader, text = read(out)
    assert "<script>alert" not in html
    assert reader.tags.count("script") == 1
    assert text.count(HOSTILE) >= 8


def test_one_seed_has_a_bootstrap_interval_and_no_agreement(
    build: Callable[..., list[Path]], tmp_path: Path
) -> None:
    out = report(build(tmp_path / "in", "one", seeds=(1,)), tmp_path / "report")
    _, _, text = read(out)
    assert "AUROC 0.90 (95 % interval 0.82 to 0.98 by bootstrap of samples and cells, 1 seed)" in text
    assert "Only one seed was explained" in text
    assert "Spearman" not in text


def test_without_scores_calls_and_genes_are_shown(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    out = report(build(tmp_path / "in", "unlabelled", scored=False), tmp_path / "report")
    html, _, text = read(out)
    assert "Calls of the study's cells" in text.replace("&#39;", "'")
    assert "not scored against any label" in text
    assert "TOPGENE1" in text
    assert 'id="overview-' not in html
    assert "AUROC" not in text


def test_regimes_share_no_table_and_no_figure_and_the_oracle_is_marked(
    build: Callable[..., list[Path]], tmp_path: Path
) -> None:
    made = build(tmp_path / "b", "pair", planted={1: 0.71, 2: 0.71})
    made += build(tmp_path / "d", "pair", planted={1: 0.99, 2: 0.99}, regime="D")[1:]
    html, reader, text = read(report(made, tmp_path / "report"))
    assert len(reader.ids) == len(set(reader.ids))
    for heading in ("Overview", "Sensitive or resistant?", "All metrics"):
        for regime in ("cells seen without labels", "up to half of the cells seen with labels"):
            assert html.count(f'{heading} <span class="regime">{regime}') == 1
    assert text.count("this is a ceiling, not a result") == 2
    assert "share_ae_pathways · hallmark · up to half of the cells seen with labels" in text
    tables = re.findall(r"<table.*?</table>", html, flags=re.DOTALL)
    assert any("0.71" in table for table in tables)
    assert any("0.99" in table for table in tables)
    assert not any("0.71" in table and "0.99" in table for table in tables)
    assert [alt for alt in reader.alts if alt and "mean over seeds: pair 0.71" in alt]
    genes = pd.read_parquet(tmp_path / "report" / "genes.parquet")
    assert genes.groupby("regime").size().to_dict() == {"B": 120, "D": 120}


def test_the_reliability_diagram_has_the_bins_of_the_scores(
    build: Callable[..., list[Path]], tmp_path: Path
) -> None:
    made = build(tmp_path / "in", "pair")
    forge(made[-1], "scores", lambda facts: facts["parameters"].update(calibration_bins=4))
    _, reader, _ = read(report(made, tmp_path / "report"))
    assert [alt for alt in reader.alts if alt and "Reliability diagram of 2 seeds, 4 bins" in alt]


def test_a_new_metric_reaches_the_report_by_its_line_in_the_table(
    build: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build(tmp_path / "in", "pair")
    scores = pd.read_parquet(made[-1] / "scores.parquet")
    scores.loc[scores["metric"] == "mcc", "metric"] = "made_up"
    scores.to_parquet(made[-1] / "scores.parquet")
    forge(made[-1], "scores")
    monkeypatch.setitem(METRICS, "made_up", Metric("made-up metric", better="low"))
    html, _, text = read(report(made, tmp_path / "report"))
    (table,) = re.findall(r"All metrics <.*?</table>", html, flags=re.DOTALL)
    assert "Made-up metric" in table
    assert "0.62" in table
    assert re.search(r"Lower is better for [^.]*made-up metric\.", text)
