from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.parameters import StudyParameters
from bulk2cell.preprocess.pathways import keep_gene_sets

GENES = pd.Index(["A", "B", "C", "D", "E"])


def gmt(folder: Path, **sets: str) -> Path:
    path = folder / "sets.gmt"
    path.write_text(
        "".join(f"{name}\tabout\t" + "\t".join(genes.split()) + "\n" for name, genes in sets.items())
    )
    return path


def test_sets_are_cut_to_the_study_and_kept_by_size(tmp_path: Path) -> None:
    path = gmt(tmp_path, SMALL="A X Y", TWICE="B A C Q", SAME="A B C", HUGE="A B C D E V W X Y Z")
    kept, total = keep_gene_sets(path, None, GENES, StudyParameters(min_set_size=3, max_set_size=5))
    assert total == 4
    assert kept.groupby("set")["gene"].apply(list).to_dict() == {
        "SAME": ["A", "B", "C"],
        "TWICE": ["A", "B", "C"],
    }
    assert list(kept.columns) == ["gene", "set"]


def test_old_names_in_a_set_are_updated_and_counted_once(tmp_path: Path) -> None:
    gene_ids = pd.DataFrame({"identifier": ["OLD_A", *GENES], "symbol": ["A", *GENES]})
    kept, _ = keep_gene_sets(gmt(tmp_path, S="OLD_A A B"), gene_ids, GENES, StudyParameters(min_set_size=2))
    assert kept["gene"].tolist() == ["A", "B"]


def test_no_set_kept_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of 1 gene sets has 5 of the study's 5 genes"):
        keep_gene_sets(gmt(tmp_path, S="A B C"), None, GENES, StudyParameters())
