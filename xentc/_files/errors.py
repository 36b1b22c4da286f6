"""What is wrong with a file, in one line that names it."""


class FileError(ValueError):
    """A file or table that cannot be evaluated: the message is one line and names file, row and remedy."""


class MissingFile(FileError, FileNotFoundError):
    """A path, folder or pattern that names no file."""


class MissingPackage(FileError, ImportError):
    """A format whose reader is not installed: the message says which extra brings it."""
