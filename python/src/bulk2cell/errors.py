"""Errors that a user can act on."""


class Bulk2CellError(Exception):
    """Base of all errors that a user can act on; the text is one line: what, where, what to do."""


class InputError(Bulk2CellError):
    """A file, a column or a value that a user gave cannot be used."""


class CatalogueError(InputError):
    """A catalogue's entry does not fit the pair's files; the files may be right."""


class ParameterError(Bulk2CellError):
    """A parameter is outside its range or unknown."""


class DeviceError(ParameterError):
    """The requested device is not available; another machine, or a later try, may have it."""


class ArtefactError(Bulk2CellError):
    """A folder that passes between stages is missing, damaged, or of another kind or version."""


class DownloadError(Bulk2CellError):
    """Reference data could not be fetched, or are not as they should be."""


class NetworkError(DownloadError):
    """No server answers, or the connection breaks; a later try may succeed."""


class TrainingError(Bulk2CellError):
    """Training cannot start or continue with this study."""
