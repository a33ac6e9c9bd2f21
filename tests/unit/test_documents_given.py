"""Documents as a caller may hold them: many in any form, one by mistake."""

import pathlib
import re

import pytest

import dedupe
from dedupe.pages.inputs import ALIASES
from entries import texts

STORY = "The ferry was turned back on Monday because of ice on both sides of the narrow channel."
OTHER = "A court ruled on Friday that the museum must return three bronze figures to the village."
ROWS = [{"id": "a", "text": STORY}, {"id": "b", "text": STORY}, {"id": "c", "text": OTHER}]


class Lazy:
    """What Polars' lazy frames look like: no rows before they are collected."""

    def collect(self):
        return ROWS


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ("seeds", r"dedupe\.read\('seeds'\)"),
        (pathlib.Path("seeds"), r"dedupe\.read\('seeds'\)"),
        ({"id": "a", "text": STORY}, "not a single dict; give a list"),
        (dedupe.Document(id="a", text=STORY), "not a single Document; give a list"),
        (STORY.encode(), "not a single bytes; give a list"),
        (None, "NoneType cannot be gone through"),
        (Lazy(), r"call its collect\(\) first"),
    ],
)
def test_one_document_or_a_path_is_not_taken_apart(given, remedy, tmp_path):
    with pytest.raises(dedupe.InputError, match=remedy):
        dedupe.cluster(given)
    with pytest.raises(dedupe.InputError, match=remedy):
        dedupe.cluster(given, config=dedupe.Config.preset("corpus"))
    with dedupe.Index(tmp_path / "a.dedupe") as index, pytest.raises(dedupe.InputError, match=remedy):
        index.add_many(given)
    if not isinstance(given, str | pathlib.Path):
        with pytest.raises(dedupe.InputError, match=remedy):
            dedupe.read(given)


def test_records_are_read_by_the_names_the_caller_gives():
    rows = [{"nr": 7, "artikel": STORY}, {"artikel": OTHER}]
    assert texts(dedupe.read(rows, fields={"id": "nr", "text": "artikel"})) == {7: STORY, 1: OTHER}
    assert texts(dedupe.read(iter(ROWS))) == {row["id"]: row["text"] for row in ROWS}


def test_read_takes_no_path_for_a_text():
    with pytest.raises(dedupe.InputError, match=r"read\(\*paths\)"):
        list(dedupe.read(["seeds", "docs"]))


@pytest.mark.parametrize("preset", ["balanced", "corpus"])
def test_a_table_in_memory_is_its_rows(preset):
    arrow = pytest.importorskip("pyarrow")
    config = dedupe.Config.preset(preset)
    for given in (arrow.Table.from_pylist(ROWS), arrow.chunked_array([[STORY, STORY], [OTHER, None]])):
        assert [len(cluster.members) for cluster in dedupe.cluster(given, config=config)] == [2, 1]
    with pytest.raises(dedupe.InputError, match="int64 holds no texts"):
        dedupe.cluster(arrow.chunked_array([[1, 2]]), config=config)


def test_an_index_takes_the_rows_of_a_table_that_bring_their_ids(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    with dedupe.Index(tmp_path / "a.dedupe") as index:
        assert [each.action for each in index.add_many(arrow.Table.from_pylist(ROWS))] == ["new", "exact", "new"]
        with pytest.raises(dedupe.InputError, match="needs an id of its own"):
            index.add_many(arrow.table({"text": [STORY]}))


def test_a_table_without_texts_is_told_by_its_columns():
    arrow = pytest.importorskip("pyarrow")
    [entry] = dedupe.cluster(arrow.table({"nr": [1], "artikel": [STORY]})).skipped
    assert entry.reason == "no text: none of the fields ('nr', 'artikel') holds any"


def test_an_arrow_file_may_be_a_stream(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    table = arrow.Table.from_pylist(ROWS)
    with arrow.ipc.new_stream(tmp_path / "a.arrow", table.schema) as file:
        file.write(table)
    assert texts(dedupe.read(tmp_path / "a.arrow")) == {row["id"]: row["text"] for row in ROWS}
    cut = (tmp_path / "a.arrow").read_bytes()[:-200]
    (tmp_path / "a.arrow").write_bytes(cut)
    [entry] = dedupe.read(tmp_path / "a.arrow")
    assert isinstance(entry, dedupe.Skipped)
    assert "damaged table" in entry.reason


def test_every_usual_field_name_is_documented():
    page = (pathlib.Path(__file__).parents[2] / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    told = {
        row[0]: re.findall(r"`(\w+)`", row[1]) for row in re.findall(r"^\| (\w+) \| (`.*`) \|$", page, re.MULTILINE)
    }
    assert {meaning: told.get(meaning) for meaning in ALIASES} == {key: [*names] for key, names in ALIASES.items()}
