"""Find a matrix.mtx and the names of its genes and cells beside it, as 10x, STARsolo and kb write them."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.errors import InputError
from bulk2cell.printable import some

DEEPEST = 4  # folders below the given one: Solo.out/Gene/filtered, outs/filtered_gene_bc_matrices/GRCh38
MATRIX = re.compile(
    r"(?P<start>.*?)(?P<name>matrix|cells_x_\w+|UniqueAndMult-\w+)(?P<kind>\.\w+)?\.mtx(\.gz)?"
)
GENES = ("features.tsv", "genes.tsv")
OTHERS = (".h5ad", ".h5", ".h5mu", ".csv", ".tsv", ".parquet")
CELLS = ("barcodes.tsv",)


@dataclass(frozen=True)
class Triple:
    """A matrix and the tables of its genes and cells."""

    matrix: Path
    genes: Path
    cells: Path
    symbols: Path | None = None

    @property
    def files(self) -> list[Path]:
        """All of them."""
        return [self.matrix, self.genes, self.cells, *([self.symbols] if self.symbols else [])]


def sha256_of_cells(path: Path) -> str:
    """Return the sha256 of a file or folder of cells, that of a matrix together with its names."""
    if path.is_dir() or not MATRIX.fullmatch(path.name):
        return sha256(path)
    return hashlib.sha256("\n".join(map(sha256, triple_of(path).files)).encode()).hexdigest()


def find_only_triple(folder: Path) -> tuple[Triple, list[str]]:
    """Find the only matrix of a folder and those in it; filtered cells go before all barcodes.

    Returns
    -------
    Triple
        The matrix with its names.
    list
        A note where it is deeper in the folder.

    Raises
    ------
    InputError
        If there is none, or there are several samples.
    """
    matrices = _matrices_in(folder)
    filtered = [matrix for matrix in matrices if "filtered" in str(matrix.relative_to(folder).parent)]
    chosen = filtered or matrices
    if not chosen:
        others = sorted(file.name for file in folder.iterdir() if file.suffix in OTHERS)
        raise InputError(
            f"{folder}: no matrix.mtx with {' or '.join(GENES)} and {CELLS[0]} in it (.gz allowed); give a 10x folder, or a "
            f"file of cells{f', such as {others[0]} in it' if others else ''}"
        )
    if len(chosen) > 1:
        raise InputError(
            f"{folder}: {len(chosen)} matrices in it ({some(str(file.relative_to(folder)) for file in chosen)}); give the "
            "path of one of them"
        )
    inside = chosen[0].parent != folder
    return triple_of(chosen[0]), [f"Cells were read from {chosen[0].relative_to(folder)}."] if inside else []


def _matrices_in(folder: Path) -> list[Path]:
    """Return the matrices of the uppermost level that has any."""
    level = [folder]
    for _ in range(DEEPEST + 1):
        found = [
            file
            for part in level
            for file in sorted(part.iterdir())
            if MATRIX.fullmatch(file.name) and file.is_file()
        ]
        if found:
            return found
        level = [
            child
            for part in level
            for child in sorted(part.iterdir())
            if child.is_dir() and not child.is_symlink()
        ]
    return []


def triple_of(matrix: Path) -> Triple:
    """Return a matrix with the names beside it.

    Raises
    ------
    InputError
        If its names are missing.
    """
    name = MATRIX.fullmatch(matrix.name)
    if name is None:
        raise InputError(f"{matrix}: name it matrix.mtx, and give features.tsv and barcodes.tsv beside it")
    folder, start = matrix.parent, name["start"]
    if name["name"].startswith("cells_x_"):
        kb = [f"{start}{name['name']}.{part}.txt" for part in ("genes", "barcodes", "genes.names")]
        symbols = folder / kb[2]
        return Triple(
            matrix, _one_of(folder, kb[0]), _one_of(folder, kb[1]), symbols if symbols.is_file() else None
        )
    genes, cells = ([f"{start}{part}" for part in names] for names in (GENES, CELLS))
    return Triple(matrix, _one_of(folder, *genes), _one_of(folder, *cells))


def _one_of(folder: Path, *names: str) -> Path:
    for name in names:
        for file in (folder / name, folder / f"{name}.gz"):
            if file.is_file():
                return file
    raise InputError(f"{folder}: no {' or '.join(names)} (.gz allowed) in it; put it beside the matrix")
