"""Hash every file of a small run of everything, so that two versions can be compared to the bit on one machine.

Usage: python benchmarks/digests.py OUT

OUT is a new folder. The artefacts are those of `tests/golden`, made by the bulk2cell that Python finds; to compare two:

    PYTHONPATH=old/python/src python benchmarks/digests.py a > a.txt
    PYTHONPATH=new/python/src python benchmarks/digests.py b > b.txt

A manifest has a line for each of its parts, without the versions, so that it shows which part differs; `inputs` and
`files` follow from other files. The pages, the logs and the record of what is finished, which knows the version, are left
out.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MAKE = Path(__file__).parents[1] / "tests" / "golden" / "make_every_kind.py"
VERSIONS = ("bulk2cell", "libraries", "sha256")
LEFT_OUT = ("finished.json", "log.txt", "report.html", "benchmark.html")


def digests(folder: Path) -> Iterator[tuple[str, str]]:
    """Give the sha256 of each file, and its name."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.name in LEFT_OUT:
            continue
        name = str(file.relative_to(folder))
        if file.suffix == ".json":
            for part, digest in parts(file):
                yield digest, f"{name}: {part}"
        else:
            yield hashlib.sha256(file.read_bytes()).hexdigest(), name


def parts(manifest: Path) -> Iterator[tuple[str, str]]:
    """Give the parts of a manifest in their order, the words of its warnings apart, with the sha256 of each."""
    facts = json.loads(manifest.read_text())
    warnings = facts.get("content", {}).pop("warnings", None)
    facts = {name: fact for name, fact in facts.items() if name not in VERSIONS} | {"warnings": warnings}
    facts["files"].pop("report.html", None)
    facts["files"].pop("benchmark.html", None)
    for part, fact in facts.items():
        yield part, hashlib.sha256(json.dumps(fact).encode()).hexdigest()


def main(out: Path) -> None:
    """Make everything and print a line per file."""
    out.mkdir(parents=True)
    subprocess.run([sys.executable, MAKE], cwd=out, check=True, stdout=sys.stderr)
    for digest, name in digests(out):
        print(f"{digest}  {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
