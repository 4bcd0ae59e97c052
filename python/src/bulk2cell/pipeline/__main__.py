"""`python -m bulk2cell.pipeline FOLDER` writes the pipeline's made files into the repository."""

import json
import sys
from pathlib import Path

from bulk2cell.pipeline.config import defaults_config, regimes_script, stages_config
from bulk2cell.pipeline.schema import parameter_schema


def made_files() -> dict[str, str]:
    """Return the text of every made file by its path in the repository."""
    return {
        "nextflow_schema.json": json.dumps(parameter_schema(), indent=2) + "\n",
        "conf/params.config": defaults_config(),
        "conf/stages.config": stages_config(),
        "functions/regimes.nf": regimes_script(),
    }


def write_made_files(folder: Path) -> None:
    """Write the made files."""
    for name, text in made_files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_made_files(Path(sys.argv[1]))
