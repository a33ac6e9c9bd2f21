"""The index a crawler holds for months: documents one at a time, each answered at once.

SQLite is the truth. ``store`` opens the file and keeps writers apart, ``rows`` and ``state`` say what is in it,
``postings``, ``segments``, ``merging`` and ``tables`` find rows by key, ``incoming``, ``candidates``, ``adding`` and
``decide`` answer for a document, ``graph`` keeps clusters up to date, ``upkeep`` and ``checks`` keep house.
"""

from dedupe.engine.index.index import Index

__all__ = ["Index"]
