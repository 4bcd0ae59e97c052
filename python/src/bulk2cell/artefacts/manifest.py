"""The manifest `<kind>.json` of an artefact: what it is, what made it, and whether it is complete.

It holds the kind, the format, the versions, the parameters, the sha256 of the inputs and of the folder's own files, and
the facts of the stage under `content`. Its last entry is the sha256 of everything before it, so that no byte can change
unnoticed. Since anyone can make up a manifest with correct checksums, its facts are checked as well.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, JsonValue, ValidationError

from bulk2cell import __version__
from bulk2cell.artefacts.content import CONTENT, FILES, PARAMETERS
from bulk2cell.errors import ArtefactError, ParameterError
from bulk2cell.parameters import take
from bulk2cell.validated import Strict

Kind = Literal[
    "study",
    "encoder",
    "shots",
    "model",
    "predictions",
    "controls",
    "scores",
    "attributions",
    "report",
    "benchmark",
    "screen",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMAT = 4
LIBRARIES = ("torch", "anndata", "scanpy", "pandas", "numpy", "scikit-learn")

# Room for the names of a million cells; a larger file is not a manifest, and is not read into memory.
MOST_BYTES = 64 * 2**20


def _in_the_folder(name: str) -> str:
    if name != Path(name).name or name == "..":
        raise ValueError(f"{name!r} is not the name of a file in the folder")
    return name


FileName = Annotated[str, Field(max_length=255), AfterValidator(_in_the_folder)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Manifest(Strict):
    """What `<kind>.json` says.

    Attributes
    ----------
    path
        The artefact's folder.
    parameters
        Parameters of the stage that made it.
    inputs
        sha256 of what it was made from, by name.
    files
        sha256 of its own files, by name.
    content
        Facts of the stage, of the kind's type in `CONTENT`.
    """

    path: Path
    kind: Kind
    bulk2cell: str
    libraries: dict[str, str]
    parameters: dict[str, JsonValue]
    inputs: dict[str, str]
    files: dict[FileName, Sha256]
    content: dict[str, Any]


def sha256(path: Path) -> str:
    """Return the hexadecimal sha256 of a file, or of a folder's files by name and content."""
    if path.is_dir():
        listing = [
            f"{file.relative_to(path)} {sha256(file)}" for file in sorted(path.rglob("*")) if file.is_file()
        ]
        return hashlib.sha256("\n".join(listing).encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def name_kind(kind: Kind) -> str:
    """Return a kind with its article: a study, an encoder, shots."""
    return kind if kind.endswith("s") else f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def damaged(where: Path, what: str, kind: Kind) -> ArtefactError:
    """Return the error for an artefact that is not as it was written."""
    return ArtefactError(
        f"{where}: {what}; the copy is damaged: get it again from whoever gave it to you, or make the {kind} again"
    )


def sign(facts: Mapping[str, Any]) -> bytes:
    """Return the bytes of a manifest: the facts, followed by their sha256.

    Raises
    ------
    ValueError
        If a number is not finite, or a text cannot be written as UTF-8.
    """
    digest = hashlib.sha256(_json(facts)).hexdigest()
    return _json({**facts, "sha256": digest}) + b"\n"


@cache
def _libraries() -> Mapping[str, str]:
    """Return the versions of libraries; it reads their metadata, once."""
    return {name: version(name) for name in LIBRARIES}


def _json(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, indent=1, allow_nan=False, ensure_ascii=False).encode()


def new_manifest(
    kind: Kind, parameters: Mapping[str, Any], inputs: Mapping[str, str], content: Mapping[str, Any]
) -> Manifest:
    """Return the manifest of an artefact that is in no folder yet; arguments as for `write_manifest`."""
    return Manifest(
        path=Path(),
        kind=kind,
        bulk2cell=__version__,
        libraries=dict(_libraries()),
        parameters=dict(parameters),
        inputs=dict(inputs),
        files={},
        content=dict(content),
    )


def write_manifest(
    folder: Path,
    kind: Kind,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    content: Mapping[str, Any],
) -> Manifest:
    """Write the manifest of a folder that holds its files, and nothing else, already.

    Parameters
    ----------
    parameters
        Parameters of the stage, JSON values.
    inputs
        sha256 of what it is made from, by name.
    content
        Facts of the stage, JSON values; see `CONTENT`.
    """
    manifest = new_manifest(kind, parameters, inputs, content)
    files = {file.name: sha256(file) for file in sorted(folder.iterdir())}
    facts = {
        "kind": kind,
        "format": FORMAT,
        "bulk2cell": manifest.bulk2cell,
        "libraries": manifest.libraries,
        "parameters": dict(parameters),
        "inputs": dict(inputs),
        "files": files,
        "content": dict(content),
    }
    (folder / f"{kind}.json").write_bytes(sign(facts))
    return manifest.model_copy(update={"files": files})


def manifest_of(artefact: Path | Manifest, kind: Kind) -> Manifest:
    """Return the manifest of an artefact; a folder's is read and checked, an opened one is not looked at again.

    Raises
    ------
    ArtefactError
        See `read_manifest`.
    """
    return artefact if isinstance(artefact, Manifest) else read_manifest(artefact, kind)


def read_manifest(path: Path, kind: Kind) -> Manifest:
    """Read and check an artefact's manifest and the sha256 of its files.

    Raises
    ------
    ArtefactError
        If the folder is missing, of another kind, of another format, or damaged.
    """
    file = path / f"{kind}.json"
    if not file.is_file():
        other = next((name for name in KINDS if (path / f"{name}.json").is_file()), None)
        found = name_kind(other) if other else "no artefact of bulk2cell" if path.is_dir() else "no folder"
        raise ArtefactError(
            f"{path}: expected {name_kind(kind)}, found {found}; give the folder of the {kind}"
        )
    try:
        manifest = _check(path, kind, _facts(file, kind))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise damaged(file, f"{'.'.join(map(str, first['loc']))}: {first['msg']}", kind) from error
    except (ValueError, RecursionError, ParameterError) as error:
        raise damaged(file, str(error), kind) from error
    for name, expected in manifest.files.items():
        if not _is_inside(path, name) or sha256(path / name) != expected:
            raise damaged(path / name, "missing or changed since it was written", kind)
    return manifest


def _is_inside(folder: Path, name: str) -> bool:
    """Tell whether a folder holds a file of this name, and not a link to somewhere else."""
    file = folder / name
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


def _facts(file: Path, kind: Kind) -> dict[str, Any]:
    """Return the facts of a manifest whose checksum is correct, without the checksum."""
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES} bytes, too large for a manifest")
    written = file.read_bytes()
    facts = json.loads(written)
    if not isinstance(facts, dict):
        raise ValueError("not a JSON object")
    form, made_by = facts.get("format"), facts.get("bulk2cell")
    if not isinstance(form, int):
        raise ValueError("does not state its format")
    if form != FORMAT:
        raise ArtefactError(
            f"{file.parent}: {kind} of format {form}, made by bulk2cell {made_by}; bulk2cell {__version__} reads format "
            f"{FORMAT}; make the {kind} again with this version"
        )
    facts.pop("sha256", None)
    if sign(facts) != written:
        raise ValueError("changed since it was written")
    del facts["format"]
    return facts


def _check(path: Path, kind: Kind, facts: Mapping[str, Any]) -> Manifest:
    """Return a manifest after a check of everything that readers of its kind rely on."""
    manifest = Manifest.model_validate({"path": path, **facts})
    if manifest.kind != kind:
        raise ValueError(f"says that it is {name_kind(manifest.kind)}")
    for name in FILES[kind]:
        if name not in manifest.files:
            raise ValueError(f"lists no {name}")
    for group in PARAMETERS.get(kind, ()):
        for name in vars(take(group, manifest.parameters)):
            if name not in manifest.parameters:
                raise ValueError(f"lacks the parameter {name}")
    CONTENT[kind].model_validate(manifest.content)
    return manifest
