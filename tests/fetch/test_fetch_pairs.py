import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from geo_server import Geo, serve

import published_layouts as layouts
from bulk2cell.errors import CatalogueError, DownloadError, InputError
from bulk2cell.fetch.fetch import fetch, plan
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.sources import Sources
from bulk2cell.published.read_pairs import pair_catalogue
from bulk2cell.run.sample_sheet import read_sample_sheet
from bulk2cell.stages import preprocess

MADE = {
    "GSE117872_cisplatin": (layouts.gse117872(3, 2, 1), 4, 2, {"HN120", "HN137"}),
    "GSE131984_paclitaxel": (layouts.gse131984(), 4, 3, {"Pre", "Paclitaxel"}),
    "GSE131984_jq1": (layouts.gse131984(), 4, 2, {"Pre", "JQ1"}),
    "GSE108394_plx4720": (layouts.gse108394(), 3, 2, {"GSM2897333", "GSM2897334"}),
    "GSE156246_BT474_lapatinib": (layouts.gse156246(), 3, 4, {"GSM10", "GSM12"}),
    "GSE156246_HCC1419_lapatinib": (layouts.gse156246(), 2, 5, {"GSM13", "GSM14"}),
    "GSE149383_erlotinib": (layouts.gse134839(), 2, 3, {"GSM3972657", "GSM3972662"}),
    "GSE108383_A375_plx4720": (layouts.gse108383(), 2, 2, {"A375"}),
    "GSE108383_451Lu_plx4720": (layouts.gse108383(), 2, 1, {"451Lu"}),
    "GSE140440_docetaxel": (layouts.gse140440(), 2, 3, {"DU145", "PC3"}),
    "GSE112274_gefitinib": (layouts.gse112274(), 2, 2, {"PC9_parental_A", "PC9_D3_A", "PC9_GR3_A"}),
}
Fetch = Callable[..., Path]


@pytest.fixture
def geo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Geo]:
    """A server on loopback in GEO's place."""
    with serve() as geo:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setattr("bulk2cell.published.pair.GEO", geo.address)
        monkeypatch.setattr("bulk2cell.fetch.official_file.SECONDS_BETWEEN_FILES", 0)
        yield geo


@pytest.fixture
def get(geo: Geo, tmp_path: Path) -> Fetch:
    """Fetch pairs from the server into tmp_path/out, with a cache beside it."""

    def get(*names: str, **options: Any) -> Path:
        return fetch(names, tmp_path / "out", cache=tmp_path / "cache", **options)

    return get


def response(folder: Path, drugs: set[str]) -> Path:
    table = pd.DataFrame({"DATASET": "GDSC2", "CELL_LINE_NAME": "A", "DRUG_NAME": sorted(drugs), "AUC": 0.5})
    table.to_parquet(folder / "response.parquet")
    return folder / "response.parquet"


def test_every_pair_of_the_catalogue_has_a_layout_here_or_a_barrier() -> None:
    assert set(MADE) == {name for name, pair in pair_catalogue().items() if not pair.barrier}


@pytest.mark.parametrize("name", MADE)
def test_a_pair_becomes_labelled_cells_and_a_sample_sheet(
    geo: Geo, get: Fetch, tmp_path: Path, name: str
) -> None:
    files, sensitive, resistant, samples = MADE[name]
    geo.files = dict(files)
    out = get(name)
    cells = ad.read_h5ad(out / name / "cells.h5ad")
    assert cells.obs["response"].value_counts().to_dict() == {"sensitive": sensitive, "resistant": resistant}
    assert set(cells.obs["sample"]) == samples
    assert cells.obs_names.is_unique
    assert cells.X.min() >= 0
    pair = pair_catalogue()[name]
    (row,) = read_sample_sheet(out / name / "pairs.csv", response(tmp_path, {pair.drug}))
    assert (row.pair, row.drug, row.tag, row.exclude_lines) == (name, pair.drug, pair.tag, pair.exclude_lines)
    assert row.cells.samefile(out / name / "cells.h5ad")
    assert (row.cell_labels.label_column, row.cell_labels.sample_column) == ("response", "sample")
    assert row.cell_input.scale == "counts"
    assert all(
        f"/{pair.series[:-3]}nnn/{pair.series}/suppl/{file.name}" in geo.asked[i]
        for i, file in enumerate(pair.files)
    )


def test_values_stay_with_their_cells_and_genes(geo: Geo, get: Fetch) -> None:
    geo.files = layouts.gse134839()
    cells = ad.read_h5ad(get("GSE149383_erlotinib") / "GSE149383_erlotinib" / "cells.h5ad").to_df()
    day0 = layouts.counts(["AAAC", "CCCG"], layouts.GENES[:3])
    day11 = layouts.counts(["AAAC", "GGGT", "TTTA"], layouts.GENES[1:])
    for file, day in (("GSM3972657_D0", day0), ("GSM3972662_D11", day11)):
        for cell in day:
            expected = day[cell].reindex(cells.columns, fill_value=0)
            assert cells.loc[f"{file}.dge.txt.gz_{cell}"].tolist() == expected.tolist()


def test_a_gene_that_a_sample_names_twice_is_added_up(geo: Geo, get: Fetch) -> None:
    geo.files = layouts.gse108394()
    cells = ad.read_h5ad(get("GSE108394_plx4720") / "GSE108394_plx4720" / "cells.h5ad")
    assert sorted(cells.var_names) == sorted(layouts.GENES)
    parental = layouts.counts(["AAA-1", "CCC-1", "GGG-1"], [*layouts.GENES, "MYC"])
    assert cells.to_df().loc["GSM2897333_451Lu_par_AAA-1", "MYC"] == parental.loc["MYC", "AAA-1"].sum()


def test_gene_names_as_published(geo: Geo, get: Fetch) -> None:
    geo.files = layouts.gse112274() | layouts.gse140440()
    out = get("GSE112274_gefitinib", "GSE140440_docetaxel")
    assert list(ad.read_h5ad(out / "GSE112274_gefitinib" / "cells.h5ad").var_names) == layouts.GENES
    assert list(ad.read_h5ad(out / "GSE140440_docetaxel" / "cells.h5ad").var_names) == layouts.ENSEMBL


def test_numbers_of_cells_are_held_against_the_article(
    geo: Geo, get: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    geo.files = layouts.gse117872(900, 352, 50)
    record = json.loads((get("GSE117872_cisplatin") / "fetched.json").read_text())
    note = "950 sensitive and 352 resistant cells, as in the article's table"
    assert f"GSE117872_cisplatin: {note}\n" in capsys.readouterr().err
    assert record["GSE117872_cisplatin/cells.h5ad"]["note"] == note
    geo.files = layouts.gse131984()
    get("GSE131984_paclitaxel")
    said = capsys.readouterr().err
    assert "unverified: files, genes, samples, labels" in said
    assert (
        "4 sensitive and 3 resistant cells; the article's table has 922 and 752: of the files' 13 cells, 6 are of neither "
        "class and quality took 0;"
    ) in said


def test_the_articles_pairs_by_one_word_share_downloads_and_a_sheet(
    geo: Geo, get: Fetch, tmp_path: Path
) -> None:
    five = [name for name, pair in pair_catalogue().items() if pair.article]
    for name in five:
        geo.files |= MADE[name][0]
    out = get("article")
    assert len(geo.asked) == len(set(geo.asked)) == 6
    drugs = {"Cisplatin", "Paclitaxel", "PLX-4720", "Lapatinib"}
    sheet = read_sample_sheet(out / "fetched_pairs.csv", response(tmp_path, drugs))
    assert [pair.pair for pair in sheet] == sorted(five)
    assert {pair.pair for pair in sheet} == {pair.cells.parent.name for pair in sheet}
    get("GSE131984_jq1")
    assert len(geo.asked) == 6
    assert len((out / "fetched_pairs.csv").read_text().splitlines()) == 7


def test_what_is_there_is_not_made_again_until_its_entry_changes(
    geo: Geo, get: Fetch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    geo.files = layouts.gse131984()
    out = get("GSE131984_paclitaxel")
    geo.files = {}
    capsys.readouterr()
    get("GSE131984_paclitaxel")
    assert capsys.readouterr().err == "GSE131984_paclitaxel: present, not fetched again\n"
    entry = own_entry(tmp_path, "GSE131984_paclitaxel", "(?i)^pac(?!.*jq1)", "^(Paclitaxel|Palbociclib)$")
    get("GSE131984_paclitaxel", own=entry)
    cells = ad.read_h5ad(out / "GSE131984_paclitaxel" / "cells.h5ad")
    assert (cells.obs["response"] == "resistant").sum() == 4


def own_entry(folder: Path, name: str, old: str, new: str) -> Path:
    """Write what `bulk2cell pairs NAME` prints, with one thing changed."""
    command = [sys.executable, "-m", "bulk2cell", "pairs", name]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert old in text
    (folder / "own.yaml").write_text(text.replace(old, new))
    return folder / "own.yaml"


def test_cells_that_the_annotation_lacks_are_left_out(geo: Geo, get: Fetch) -> None:
    files = layouts.gse117872(3, 3, 0)
    rows = gzip.decompress(files["GSE117872_good_Data_cellinfo.txt.gz"]).splitlines(keepends=True)
    del rows[1]
    geo.files = files | {"GSE117872_good_Data_cellinfo.txt.gz": gzip.compress(b"".join(rows))}
    cells = ad.read_h5ad(get("GSE117872_cisplatin") / "GSE117872_cisplatin" / "cells.h5ad")
    assert cells.obs["response"].value_counts().to_dict() == {"resistant": 3, "sensitive": 2}


def test_a_rule_that_does_not_fit_says_what_the_files_hold_and_keeps_the_download(
    geo: Geo, get: Fetch, tmp_path: Path
) -> None:
    geo.files = layouts.gse131984()
    wrong = own_entry(tmp_path, "GSE131984_paclitaxel", "(?i)^pac(?!.*jq1)", "^Taxol$")
    with pytest.raises(
        CatalogueError, match=r"GSE131984_paclitaxel: no resistant cell: .*'Pre', 'Paclitaxel', 'JQ1'"
    ):
        get("GSE131984_paclitaxel", own=wrong)
    assert not (tmp_path / "out" / "GSE131984_paclitaxel").exists()
    geo.files = {}
    get("GSE131984_paclitaxel")
    geo.files = layouts.gse108394()
    wrong = own_entry(tmp_path, "GSE108394_plx4720", "451lu.*br", "vemurafenib")
    with pytest.raises(
        CatalogueError, match=r"none of the names of files .*'GSM2897333_451Lu_par', 'GSM2897334_451Lu_BR3'"
    ):
        get("GSE108394_plx4720", own=wrong)
    with pytest.raises(CatalogueError, match="matches both sensitive and resistant"):
        get("GSE108394_plx4720", own=own_entry(tmp_path, "GSE108394_plx4720", "(?!.*br)", ""))


@pytest.mark.parametrize("part", ["cells", "annotation"])
def test_a_cut_off_gzip_is_not_taken_for_whole(geo: Geo, get: Fetch, tmp_path: Path, part: str) -> None:
    whole = layouts.gse117872(30, 20, 0)
    name = f"GSE117872_good_Data_{'TPM' if part == 'cells' else 'cellinfo'}.txt.gz"
    geo.files = {**whole, name: whole[name][: len(whole[name]) // 2]}
    with pytest.raises(InputError, match="cut off"):
        get("GSE117872_cisplatin")
    assert not (tmp_path / "out" / "GSE117872_cisplatin").exists()
    kept = tmp_path / "cache" / "pairs" / "GSE117872"
    assert not (kept / name).exists()
    assert not (kept / f"{name}.sha256").exists()
    geo.files = whole
    get("GSE117872_cisplatin")


@pytest.mark.parametrize("where", ["in a member", "between members", "after the last member"])
def test_a_cut_off_archive_is_not_taken_for_whole(geo: Geo, get: Fetch, tmp_path: Path, where: str) -> None:
    day = layouts.table(layouts.counts(["AAAC"]))
    whole = layouts.tar({"GSM3972657_D0.dge.txt.gz": day, "GSM3972662_D11.dge.txt.gz": day})
    member = 512 + 512 * -(-len(day) // 512)
    ends = {"in a member": member + 700, "between members": member, "after the last member": 2 * member}
    geo.files = {"GSE134839_RAW.tar": whole[: ends[where]]}
    with pytest.raises(DownloadError, match="cut off or damaged"):
        get("GSE149383_erlotinib")
    assert list((tmp_path / "cache" / "pairs" / "GSE134839").iterdir()) == []


@pytest.mark.parametrize("member", ["../GSM3972657_D0.dge.txt.gz", "/tmp/GSM3972657_D0.dge.txt.gz"])
def test_an_archives_member_cannot_leave_its_folder(
    geo: Geo, get: Fetch, tmp_path: Path, member: str
) -> None:
    day = layouts.table(layouts.counts(["AAAC"]))
    geo.files = {"GSE134839_RAW.tar": layouts.tar({member: day, "GSM3972662_D11.dge.txt.gz": day})}
    with pytest.raises(DownloadError, match="refused to extract"):
        get("GSE149383_erlotinib")
    assert not (tmp_path / "GSM3972657_D0.dge.txt.gz").exists()
    assert not Path("/tmp/GSM3972657_D0.dge.txt.gz").exists()


def test_a_missing_file_names_its_address_and_leaves_nothing(geo: Geo, get: Fetch, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"GSE108394_RAW.tar: the server answered 404"):
        get("GSE108394_plx4720")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_pair_that_fails_does_not_stop_the_others(geo: Geo, get: Fetch, tmp_path: Path) -> None:
    geo.files = layouts.gse117872(3, 2, 1) | layouts.gse156246()
    with pytest.raises(
        DownloadError, match=r"^2 pairs failed: .*GSE131984_scRNA.* \| .*GSE108394_RAW"
    ) as error:
        get("article")
    assert "\n" not in str(error.value)
    rows = (tmp_path / "out" / "fetched_pairs.csv").read_text().splitlines()[1:]
    there = ["GSE117872_cisplatin", "GSE156246_BT474_lapatinib", "GSE156246_HCC1419_lapatinib"]
    assert [row.split(",")[0] for row in rows] == there


def test_another_file_than_the_first_is_refused(geo: Geo, get: Fetch, tmp_path: Path) -> None:
    geo.files = layouts.gse108394()
    get("GSE108394_plx4720")
    (tmp_path / "cache" / "pairs" / "GSE108394" / "GSE108394_RAW.tar").unlink()
    (tmp_path / "out" / "GSE108394_plx4720" / "cells.h5ad").unlink()
    geo.files = {"GSE108394_RAW.tar": geo.files["GSE108394_RAW.tar"] + bytes(512)}
    with pytest.raises(DownloadError, match="sha256 expected"):
        get("GSE108394_plx4720")
    assert not (tmp_path / "out" / "GSE108394_plx4720" / "cells.h5ad").exists()


def test_files_downloaded_by_hand_need_no_network(geo: Geo, get: Fetch, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    for name, content in layouts.gse117872(3, 2, 1).items():
        (downloads / name).write_bytes(content)
    out = get("GSE117872_cisplatin", by_hand=downloads)
    assert geo.asked == []
    assert (out / "GSE117872_cisplatin" / "cells.h5ad").is_file()
    spoilt = downloads / "GSE117872_good_Data_TPM.txt.gz"
    spoilt.write_bytes(spoilt.read_bytes()[:-20])
    (out / "GSE117872_cisplatin" / "cells.h5ad").unlink()
    with pytest.raises(DownloadError, match=f"{spoilt}: sha256 expected"):
        get("GSE117872_cisplatin", by_hand=downloads)
    with pytest.raises(InputError, match="cut off"):
        fetch(["GSE117872_cisplatin"], tmp_path / "new", cache=tmp_path / "new_cache", by_hand=downloads)
    assert spoilt.is_file()
    with pytest.raises(InputError, match="no such folder"):
        get("GSE117872_cisplatin", by_hand=tmp_path / "nowhere")


def test_a_file_may_be_called_otherwise_than_its_address(geo: Geo, get: Fetch, tmp_path: Path) -> None:
    geo.files = {"download?id=7&format=tar": layouts.gse108394()["GSE108394_RAW.tar"]}
    entry = f"{{name: RAW.tar, url: '{geo.address}/x/download?id=7&format=tar'}}"
    out = get("GSE108394_plx4720", own=own_entry(tmp_path, "GSE108394_plx4720", "GSE108394_RAW.tar", entry))
    assert geo.asked == ["/x/download?id=7&format=tar"]
    assert (out / "GSE108394_plx4720" / "cells.h5ad").is_file()
    cache = tmp_path / "cache" / "pairs" / "GSE108394"
    assert sorted(path.name for path in cache.iterdir()) == ["RAW.tar", "RAW.tar.sha256"]


def test_a_pair_that_was_deleted_leaves_the_joint_sheet(geo: Geo, get: Fetch) -> None:
    geo.files = layouts.gse117872(3, 2, 1) | layouts.gse108394()
    out = get("GSE117872_cisplatin", "GSE108394_plx4720")
    shutil.rmtree(out / "GSE117872_cisplatin")
    get("GSE108394_plx4720")
    assert [row.split(",")[0] for row in (out / "fetched_pairs.csv").read_text().splitlines()] == [
        "pair",
        "GSE108394_plx4720",
    ]


def test_a_name_in_an_archive_that_is_not_utf_8_is_one_line(geo: Geo, get: Fetch, tmp_path: Path) -> None:
    day = layouts.table(layouts.counts(["AAAC"]))
    names = ("GSM3972657_D0.dge.txt.gz", "GSM3972662_D11_\udce9.dge.txt.gz")
    geo.files = {"GSE134839_RAW.tar": layouts.tar(dict.fromkeys(names, day))}
    with pytest.raises(DownloadError, match="is not UTF-8") as error:
        get("GSE149383_erlotinib")
    assert str(error.value).isprintable()
    assert not (tmp_path / "out" / "GSE149383_erlotinib").exists()


def test_a_proxy_is_taken_from_the_environment(geo: Geo, get: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    geo.files = layouts.gse108394()
    monkeypatch.setattr("bulk2cell.published.pair.GEO", "http://geo.invalid/series")
    monkeypatch.setenv("http_proxy", geo.address)
    monkeypatch.setattr("bulk2cell.download.address.THIS_MACHINE", ("geo.invalid",))  # else it must be https
    get("GSE108394_plx4720")
    assert geo.asked == ["http://geo.invalid/series/GSE108nnn/GSE108394/suppl/GSE108394_RAW.tar"]


def test_quality_as_the_catalogue_says(geo: Geo, get: Fetch, tmp_path: Path) -> None:
    geo.files = layouts.gse134839()
    entry = own_entry(
        tmp_path,
        "GSE149383_erlotinib",
        "  cells:\n    files",
        "  quality: {min_genes: 4}\n  cells:\n    files",
    )
    with pytest.raises(CatalogueError, match="quality leaves cells of one class or none"):
        get("GSE149383_erlotinib", own=entry)
    entry.write_text(
        entry.read_text().replace("min_genes: 4", "min_genes: 3, max_mitochondrial_percent: 90, max_genes: 4")
    )
    out = get("GSE149383_erlotinib", own=entry)
    assert ad.read_h5ad(out / "GSE149383_erlotinib" / "cells.h5ad").n_obs == 5


def test_from_a_users_own_accession_to_a_study(geo: Geo, get: Fetch, world: Path, tmp_path: Path) -> None:
    planted = ad.read_h5ad(world / "cells.h5ad")
    frame = pd.DataFrame(np.asarray(planted.to_df().T, int), planted.var_names, planted.obs_names)
    lines = pd.DataFrame(
        {
            "line": planted.obs["cell_line"],
            "kind": planted.obs["label"].map({"sensitive": "parent", "resistant": "derived"}),
        }
    )
    geo.files = {
        "GSE999999_counts.csv.gz": layouts.table(frame, ","),
        "GSE999999_cells.csv.gz": layouts.table(lines, ","),
    }
    (tmp_path / "own.yaml").write_text(
        """
planted:
  what: cells with a planted truth
  series: GSE999999
  drug: Plantedmab
  cells: {files: [GSE999999_counts.csv.gz], scale: counts, orientation: genes-by-cells}
  labels:
    by: annotation
    annotation: GSE999999_cells.csv.gz
    column: kind
    sample: line
    sensitive: {match: ^parent$, cells: parents}
    resistant: {match: ^derived$, cells: derivatives}
"""
    )
    out = get("planted", own=tmp_path / "own.yaml")
    (pair,) = read_sample_sheet(out / "planted" / "pairs.csv", world / "response.parquet")
    sources = Sources(world / "bulk.parquet", world / "response.parquet", pair.cells, world / "gene_sets.gmt")
    settings = pair.cell_input, pair.cell_labels, StudyParameters(hvg=100)
    study = preprocess(
        sources, pair.pair, pair.drug, tmp_path / "study", pair.exclude_lines, pair.tag, *settings
    )
    labels = pd.read_parquet(study / "cell_labels.parquet").set_index("cell")
    truth = (planted.obs["label"] == "sensitive").astype(float)
    assert labels["label"].to_dict() == truth.loc[labels.index].to_dict()
    assert labels["sample"].to_dict() == planted.obs["cell_line"].loc[labels.index].astype(str).to_dict()


def test_a_pair_that_cannot_be_made_says_why(get: Fetch) -> None:
    with pytest.raises(InputError, match="GSE110894_ibet762: cannot be made: the cells are of a mouse"):
        get("GSE110894_ibet762")


def test_a_dry_run_says_what_is_unverified(tmp_path: Path) -> None:
    (line,) = plan(["GSE117872_cisplatin"], tmp_path / "out")
    base = "https://ftp.ncbi.nlm.nih.gov/geo/series/GSE117nnn/GSE117872/suppl/"
    assert f"{base}GSE117872_good_Data_TPM.txt.gz (unverified)" in line
    assert "; unverified: files, samples; terms: " in line
    assert not (tmp_path / "out").exists()


def test_an_accession_alone_suggests_its_pairs(get: Fetch) -> None:
    with pytest.raises(InputError, match=r"did you mean GSE131984_paclitaxel or GSE131984_jq1\?"):
        get("gse131984")


def test_a_full_disk_is_the_machines_fault_and_nothing_stays(geo: Geo, tmp_path: Path) -> None:
    geo.files = {"GSE108394_RAW.tar": layouts.gse108394()["GSE108394_RAW.tar"] + bytes(1 << 20)}
    code = (
        "import sys; from bulk2cell.published import pair; from bulk2cell.cli.app import main; "
        f"pair.GEO = {geo.address!r}; sys.argv = ['bulk2cell', 'fetch', 'GSE108394_plx4720', '--out', sys.argv[1] + '/out', "
        "'--cache', sys.argv[1] + '/cache']; main()"
    )
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=512k tmpfs {disk} && {sys.executable} -c "$0" {disk}; code=$?; find {disk}; exit $code'
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount in a namespace of its own")
    command = ["unshare", "-rm", "sh", "-c", script, code]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 75, ended.stderr
    assert ended.stderr.splitlines()[-1].endswith(
        "No space left on device; check the path, permissions and free space"
    )
    assert f"{disk}/cache/pairs/GSE108394/GSE108394_RAW.tar.part" in ended.stdout.splitlines()
    assert f"{disk}/cache/pairs/GSE108394/GSE108394_RAW.tar" not in ended.stdout.splitlines()
    assert geo.asked == ["/GSE108nnn/GSE108394/suppl/GSE108394_RAW.tar"]


def test_a_gzip_of_nothing_is_no_table(geo: Geo, get: Fetch) -> None:
    geo.files = {**layouts.gse117872(3, 2, 1), "GSE117872_good_Data_TPM.txt.gz": gzip.compress(b"")}
    with pytest.raises(InputError, match="it is empty"):
        get("GSE117872_cisplatin")
