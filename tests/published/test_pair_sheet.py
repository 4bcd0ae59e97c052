import re
from pathlib import Path

import pytest

from bulk2cell.errors import InputError
from bulk2cell.published.pair_sheet import join_sheets, write_pair_row
from bulk2cell.published.read_pairs import pair_catalogue


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name, pair in pair_catalogue().items():
        (tmp_path / name).mkdir()
        write_pair_row(pair, tmp_path / name / "pairs.csv")
    return tmp_path


def test_the_sheets_of_all_pairs_become_one(out: Path) -> None:
    join_sheets(out, ["GSE108394_plx4720", "GSE140440_docetaxel"], out / "all.csv")
    rows = (out / "all.csv").read_text().splitlines()
    assert [row.split(",")[2] for row in rows] == [
        "cells",
        "GSE108394_plx4720/cells.h5ad",
        "GSE140440_docetaxel/cells.h5ad",
    ]


HEADER = b"pair,drug,cells,label_column,sample_column,exclude_lines,scale,tag\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"\0",
        HEADER,
        HEADER + b"a,b\n",
        HEADER + b"a,b,c,d,e,f,g,h,i\n",
        HEADER.replace(b"cells", b"cell") + b"a,b,c,d,e,f,g,h\n",
        HEADER.replace(b"tag", b"tag,more") + b"a,b,c,d,e,f,g,h,i\n",
        HEADER + b'a,b,"c\n',
        HEADER + b"a,b,c,d,e,f,g," + 200_000 * b"h" + b"\n",
    ],
)
def test_a_sheet_that_somebody_changed_is_one_line(out: Path, content: bytes) -> None:
    spoilt = out / "GSE108394_plx4720" / "pairs.csv"
    spoilt.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(f"{spoilt}: no longer as `fetch` wrote it; delete it")):
        join_sheets(out, ["GSE108394_plx4720", "GSE140440_docetaxel"], out / "all.csv")
    assert not (out / "all.csv").exists()
