"""`python -m bulk2cell.pipeline FOLDER` writes the pipeline's made files into the repository."""

import json
import sys
from pathlib import Path

from bulk2cell.pipeline.config import render_defaults, render_regimes, render_stages
from bulk2cell.pipeline.schema import make_schema


def make_files() -> dict[str, str]:
    """Return the text of every made file by its path in the repository."""
    return {
        "nextflow_schema.json": json.dumps(make_schema(), indent=2) + "\n",
        "conf/params.config": render_defaults(),
        "conf/stages.config": render_stages(),
        "functions/regimes.nf": render_regimes(),
    }


def write_made_files(folder: Path) -> None:
    """Write the made files."""
    for name, text in make_files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_made_files(Path(sys.argv[1]))
