"""What can go wrong, as a tree.

::

    DedupeError(Exception)
    ├── ConfigError(ValueError)        a parameter out of range: name, value, limit, remedy
    ├── InputError(ValueError)         documents that cannot be a set
    │   └── DuplicateIdError           one id twice: both sources named
    ├── CorpusError                    a file or folder cannot be read: path, line, byte offset
    ├── StoreError                     an index on disk
    │   ├── IncompatibleStoreError     made with other parameters: both fingerprints shown
    │   ├── CorruptStoreError          what is damaged, how to rebuild
    │   └── BusyStoreError             who holds it
    ├── WorkerError                    worker processes cannot be started: what the last of them said
    └── MissingExtraError(ImportError) an optional package is not installed: the command that mends it

A programmer's mistake raises one of these at the border, before work starts. A bad *document* is not an error: it is
data, returned as :class:`dedupe.Skipped` while the run goes on.
"""


class DedupeError(Exception):
    """Anything this library raises on purpose."""


class ConfigError(DedupeError, ValueError):
    """A parameter is out of its range; the message names it, its value, the limit and a remedy."""


class InputError(DedupeError, ValueError):
    """What was passed cannot be a set of documents; the message names the document and what is wrong with it."""


class DuplicateIdError(InputError):
    """Two documents carry one id; the message names both sources."""


class CorpusError(DedupeError):
    """A file or folder cannot be read at all; the message names the path and, where known, line and byte offset."""


class StoreError(DedupeError):
    """An index on disk cannot do what was asked."""


class IncompatibleStoreError(StoreError):
    """The index was made with other parameters or by another version; both fingerprints are shown."""


class CorruptStoreError(StoreError):
    """The index is damaged; the message says what is wrong and how to rebuild it."""


class BusyStoreError(StoreError):
    """Another process holds the index; the message says how long was waited and what to do."""


class WorkerError(DedupeError):
    """Worker processes cannot be started; the message ends with what the last of them said."""


class MissingExtraError(DedupeError, ImportError):
    """An optional package is missing; the message is the command that installs it."""

    @classmethod
    def for_package(cls, package: str, *, extra: str, purpose: str) -> "MissingExtraError":
        """Name the package, what it is for, and the extra that brings it."""
        return cls(f"{purpose} needs {package}; install it with: pip install 'dedupe-syndication[{extra}]'")
