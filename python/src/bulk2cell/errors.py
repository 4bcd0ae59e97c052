"""Everything that can be wrong with what a person gives us."""


class Bulk2CellError(Exception):
    """Base of all errors that a user can act on; the text is one line: what, where, what to do."""


class InputError(Bulk2CellError):
    """A file, a column or a value that a user gave cannot be used."""


class CatalogueError(InputError):
    """What a catalogue says of a pair does not fit the pair's files, which may be right."""


class ParameterError(Bulk2CellError):
    """A parameter is outside its range or unknown."""


class DeviceError(ParameterError):
    """The device that was asked for is not there; another machine, or a later try, may have it."""


class ArtefactError(Bulk2CellError):
    """A folder that passes between stages is missing, damaged, or of another kind or version."""


class DownloadError(Bulk2CellError):
    """Reference data could not be fetched, or is not what it should be."""


class NetworkError(DownloadError):
    """No server answers, or none to the end; a later try may get it."""


class TrainingError(Bulk2CellError):
    """Training cannot start or go on with this study."""
