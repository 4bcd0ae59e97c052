"""What a catalogue says of a dataset-drug pair: its files, how its cells are read and labelled, and how sure that is."""

import re
import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bulk2cell.download.address import fault_of
from bulk2cell.forms import PAIR_NAME, Form
from bulk2cell.parameters import Orientation
from bulk2cell.validated import Entry, of_form

GEO = "https://ftp.ncbi.nlm.nih.gov/geo/series"
SHA256 = Form("[0-9a-f]{64}", "64 digits of 0-9 and a-f, in quotes")
SERIES = Form("(GSE[0-9]{4,9})?", "a series of GEO; give series (GSE...) or the file's url")
FILE_NAME = Form(PAIR_NAME.pattern, "a file name; give the last part of the address")
ACCESSION = Form(r"GSM\d+(-GSM\d+)?", "an accession; write GSM1, or GSM1-GSM9 for a range")

Fact = Literal[
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
]
CellScale = Literal["counts", "tpm", "fpkm", "log"]
LabelledBy = Literal["file", "cell", "annotation"]
SampleRole = Literal["sensitive", "resistant", "neither"]


def _without_controls(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in re.sub(r"[\n\t]", "", text)):
        raise ValueError("holds control characters or half surrogates; leave them out")
    return text


def _no_formula(text: str) -> str:
    if text.startswith(("=", "+", "-", "@")):
        raise ValueError("would be taken for a formula by a spreadsheet; reword it")
    return text


def _no_fault(url: str) -> str:
    if url and (fault := fault_of(url)):
        raise ValueError(f"cannot be fetched: {fault}")
    return url


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is not a regular expression ({error})") from error
    return pattern


def _finds_a_name(pattern: str) -> str:
    if pattern and not re.compile(pattern).groups:
        raise ValueError("has no group; put (...) round the gene's name")
    return pattern


Text = Annotated[str, AfterValidator(_without_controls)]
Required = Annotated[Text, Field(min_length=1)]
OfSheet = Annotated[Text, AfterValidator(_no_formula)]
Pattern = Annotated[Text, AfterValidator(_compiles)]
AsTuple = BeforeValidator(lambda listed: tuple(listed) if isinstance(listed, list) else listed)


class PairFile(Entry):
    """A file of a pair: its name, its sha256 and bytes if known, and its address if it is not the series' own on GEO."""

    name: Annotated[Required, of_form(FILE_NAME)]
    sha256: Annotated[Text, of_form(SHA256)] | None = None
    url: Annotated[Text, AfterValidator(_no_fault)] = ""
    size: Annotated[int, Field(ge=0)] | None = Field(default=None, repr=False)


NamedFile = Annotated[
    PairFile, BeforeValidator(lambda file: {"name": file} if isinstance(file, str) else file)
]


class Cells(Entry):
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

    files: Annotated[tuple[NamedFile, ...], AsTuple, Field(min_length=1)]
    scale: CellScale
    orientation: Orientation = "auto"
    gene_name: Annotated[Pattern, AfterValidator(_finds_a_name)] = ""
    one_per_file: bool = False


class Role(Entry):
    """A class of cells: the regular expression that finds it, and what the cells are."""

    match: Annotated[Pattern, Field(min_length=1)]
    cells: Required


class Labels(Entry):
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
    sample: Text = ""
    annotation: NamedFile | None = None
    cell: Text = ""
    column: Text = ""

    @model_validator(mode="after")
    def _rule_is_whole(self) -> Self:
        if self.by != "annotation":
            try:
                _compiles(self.sample)
            except ValueError as error:
                raise ValueError(f"sample: {self.sample!r} {error}") from error
        elif not (self.annotation and self.column):
            raise ValueError("by annotation, so give annotation (a file) and column")
        return self


class Quality(Entry):
    """Which cells are kept, as the source says; 0: no such bound."""

    min_genes: Annotated[int, Field(ge=0)] = 0
    max_genes: Annotated[int, Field(ge=0)] = 0
    max_mitochondrial_percent: Annotated[float, Field(ge=0)] = 0


class Counts(Entry):
    """Numbers of cells."""

    sensitive: Annotated[int, Field(ge=0)]
    resistant: Annotated[int, Field(ge=0)]


class Pair(Entry):
    """A dataset-drug pair.

    Attributes
    ----------
    drug
        As GDSC names it.
    exclude_lines
        Lines that the cells come from, to be kept out of the source.
    samples
        By role: GEO accessions, or GSM1-GSM9 for all between them, and what each is.
    article
        Numbers of cells in the article's table, if the pair is one of its five.
    barrier
        Why the pair cannot be made, if it cannot.
    verified, unverified
        By name of the fact, where it is from, or why nobody can be sure of it.
    """

    name: Annotated[str, of_form(PAIR_NAME)]
    what: Required
    drug: Annotated[OfSheet, Field(min_length=1)]
    cells: Cells
    labels: Labels
    series: Annotated[Text, of_form(SERIES)] = ""
    tag: OfSheet = ""
    exclude_lines: Annotated[tuple[OfSheet, ...], AsTuple] = ()
    reference: Text = ""
    samples: dict[SampleRole, dict[Annotated[str, of_form(ACCESSION)], Text]] | None = None
    quality: Quality = Quality()
    article: Counts | None = None
    barrier: Text = ""
    verified: dict[Fact, Text] | None = None
    unverified: dict[Fact, Text] | None = None

    @model_validator(mode="after")
    def _every_file_has_an_address(self) -> Self:
        for file in self.files:
            if not (file.url or self.series):
                raise ValueError(f"{file.name}: give series (GSE...) or the file's url")
        return self

    def address(self, file: PairFile) -> str:
        """Return the https address of a file."""
        return file.url or f"{GEO}/{self.series[:-3]}nnn/{self.series}/suppl/{file.name}"

    @property
    def files(self) -> tuple[PairFile, ...]:
        """All files of the pair."""
        return (*self.cells.files, *([self.labels.annotation] if self.labels.annotation else []))
