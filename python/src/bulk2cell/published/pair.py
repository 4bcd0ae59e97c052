"""What a catalogue says of a dataset-drug pair: its files, how its cells are read and labelled, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bulk2cell.forms import PAIR_NAME
from bulk2cell.parameters import Orientation

NAME_PATTERN = PAIR_NAME.pattern
SHA256 = r"[0-9a-f]{64}"
GEO = "https://ftp.ncbi.nlm.nih.gov/geo/series"
FACTS = (
    "series",
    "files",
    "samples",
    "genes",
    "scale",
    "labels",
    "quality",
    "drug",
    "exclude_lines",
    "tag",
    "article",
    "reference",
)
SAMPLE_ROLES = ("sensitive", "resistant", "neither")
CellScale = Literal["counts", "tpm", "fpkm", "log"]
LabelledBy = Literal["file", "cell", "annotation"]


@dataclass(frozen=True)
class PairFile:
    """A file of a pair: its name, its sha256 and bytes if known, and its address if it is not the series' own on GEO."""

    name: str
    sha256: str | None = None
    url: str = ""
    size: int | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Cells:
    """How the files of cells are read.

    Attributes
    ----------
    files
        Tables, 10x files, or tar archives of them, one sample each.
    scale
        That of the values.
    orientation
        Of tables.
    gene_name
        Regular expression whose first group is the gene's name; empty: all of it.
    one_per_file
        Whether each file holds one cell: gene and count, without a header.
    """

    files: tuple[PairFile, ...]
    scale: CellScale
    orientation: Orientation = "auto"
    gene_name: str = ""
    one_per_file: bool = False


@dataclass(frozen=True)
class Role:
    """A class of cells: the regular expression that finds it, and what the cells are."""

    match: str
    cells: str


@dataclass(frozen=True)
class Labels:
    """The rule by which cells are sensitive or resistant; cells of neither are left out.

    Attributes
    ----------
    by
        What the roles are sought in: the name of the cell's file, the cell's name, or a column of `annotation`.
    sample
        annotation: the column with the cell's sample; file, cell: a regular expression whose first group is the sample,
        by default the file's GEO accession.
    annotation
        Table with a row per cell.
    cell, column
        Its columns with the cell's name (empty: the first) and with what the roles are sought in.
    """

    by: LabelledBy
    sensitive: Role
    resistant: Role
    sample: str = ""
    annotation: PairFile | None = None
    cell: str = ""
    column: str = ""


@dataclass(frozen=True)
class Quality:
    """Which cells are kept, as the source says; 0: no such bound."""

    min_genes: int = 0
    max_genes: int = 0
    max_mitochondrial_percent: float = 0


@dataclass(frozen=True)
class Counts:
    """Numbers of cells."""

    sensitive: int
    resistant: int


@dataclass(frozen=True)
class Pair:
    """A dataset-drug pair.

    Attributes
    ----------
    drug
        As GDSC names it.
    exclude_lines
        Lines that the cells come from, to be kept out of the source.
    samples
        By role (sensitive, resistant, neither): GEO accessions, or GSM1-GSM9 for all between them, and what each is.
    article
        Numbers of cells in the article's table, if the pair is one of its five.
    barrier
        Why the pair cannot be made, if it cannot.
    verified, unverified
        By name of the fact (`FACTS`), where it is from, or why nobody can be sure of it.
    """

    name: str
    what: str
    drug: str
    cells: Cells
    labels: Labels
    series: str = ""
    tag: str = ""
    exclude_lines: tuple[str, ...] = ()
    reference: str = ""
    samples: Mapping[str, Mapping[str, str]] | None = None
    quality: Quality = Quality()
    article: Counts | None = None
    barrier: str = ""
    verified: Mapping[str, str] | None = None
    unverified: Mapping[str, str] | None = None

    def address(self, file: PairFile) -> str:
        """Return the https address of a file."""
        return file.url or f"{GEO}/{self.series[:-3]}nnn/{self.series}/suppl/{file.name}"

    @property
    def files(self) -> tuple[PairFile, ...]:
        """All files of the pair."""
        return (*self.cells.files, *([self.labels.annotation] if self.labels.annotation else []))
