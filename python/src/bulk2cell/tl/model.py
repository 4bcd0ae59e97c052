"""A trained model, as a person holds it."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bulk2cell.tl.words import in_python

if TYPE_CHECKING:
    from bulk2cell.artefacts.cell_model import CellModel


@dataclass(frozen=True, repr=False)
class Model:
    """A trained model; `bulk2cell.tl.fit` makes it, `bulk2cell.open_model` opens it.

    Attributes
    ----------
    scorer
        What scores cells, and its manifest.
    """

    scorer: "CellModel"

    @property
    def drug(self) -> str:
        """The drug, as the response table names it."""
        return str(self.scorer.manifest.content["drug"])

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.scorer.manifest.path

    def __repr__(self) -> str:
        """Return what it is, in a line."""
        facts = self.scorer.manifest.content
        return (
            f"Model of {self.drug}: {facts['strategy']}, seed {facts['seed']}, {len(facts['genes'])} genes, "
            f"AUROC {facts['validation']['auroc']:.2f} on {facts['validation']['lines']} held-out lines"
        )

    @in_python
    def save(self, path: str | PathLike[str]) -> Path:
        """Write the model into a folder, which every command and `bulk2cell.open_model` reads.

        Parameters
        ----------
        path
            The folder; a model that stands there is replaced.

        Raises
        ------
        ArtefactError
            If something else stands there.
        """
        from bulk2cell.artefacts.folder import copy_artefact

        return copy_artefact(self.scorer.manifest, Path(path).expanduser())


@in_python
def open_model(path: str | PathLike[str]) -> Model:
    """Open the folder of a model: `Model.save`, `bulk2cell finetune` and `bulk2cell run` write such.

    Raises
    ------
    ArtefactError
        If it holds no model, or one that is damaged or of another format.
    """
    from bulk2cell.artefacts.cell_model import read_cell_model

    return Model(read_cell_model(Path(path).expanduser()))
