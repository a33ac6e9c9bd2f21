"""What a result opens upwards: accounts for people and files for programs. Nothing is loaded before it is asked for."""

import os
from typing import TYPE_CHECKING, cast

from dedupe.records import DocumentId

if TYPE_CHECKING:
    from dedupe.engine.result import Result


class Doors:
    """The ways out of a :class:`~dedupe.engine.result.Result`."""

    __slots__ = ()

    def explain(self, a: DocumentId, b: DocumentId) -> str:
        """Say in plain text what two documents are to each other, with the words that prove it.

        Raises:
            InputError: One of the ids is unknown, or both are the same.
        """
        from dedupe.report.explain import explain_pair  # noqa: PLC0415 - a door upwards, opened when called

        return explain_pair(self._result(), a, b)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the result to a file, in the format its suffix names; the file is there whole or not at all.

        ``.json``, ``.jsonl`` (``.ndjson``), ``.csv``, ``.parquet`` and ``.html``. A large result is not held in memory
        as a whole, but for Parquet.

        Raises:
            InputError: The suffix is none of these.
            MissingExtraError: It is Parquet, and pyarrow is not installed.
            OSError: The file cannot be written; one that was there is untouched.
        """
        from dedupe.files import writers  # noqa: PLC0415
        from dedupe.report.html import render  # noqa: PLC0415

        writers.write_atomically(path, writers.parts_for(self._result(), path, page=render))

    def to_json(self) -> str:
        """Return the result as one JSON object, schema ``dedupe.result/1``."""
        from dedupe.files import writers  # noqa: PLC0415

        return writers.to_json(self._result())

    def to_jsonl(self) -> str:
        """Return one JSON line per document with its cluster: what a pipeline joins back on the id."""
        from dedupe.files import writers  # noqa: PLC0415

        return writers.to_jsonl(self._result())

    def to_csv(self) -> str:
        """Return one CSV row per document with its cluster; cells cannot act in a spreadsheet."""
        from dedupe.files import writers  # noqa: PLC0415

        return writers.to_csv(self._result())

    def to_parquet(self) -> bytes:
        """Return the rows of :meth:`to_jsonl` as a Parquet file.

        Ids are a column of integers where all of them are integers of 64 bits, else of strings.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        from dedupe.files import tables  # noqa: PLC0415

        return tables.to_parquet(self._result())

    def to_html(self) -> str:
        """Return one page of HTML for people, with the shared words marked in both texts; it loads and runs nothing."""
        from dedupe.report.html import render  # noqa: PLC0415

        return render(self._result())

    def _result(self) -> "Result":
        """Return what this is: nothing else has these doors."""
        return cast("Result", self)
