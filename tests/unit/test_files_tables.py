"""Tables in files: a row is a document, a broken row costs itself."""

import pytest

from dedupe.files.readers import read
from entries import reasons, texts


def test_csv_rows_are_documents(tmp_path):
    (tmp_path / "a.csv").write_text('id,title,text\n1,"A, b","two\nlines ""quoted"""\n,,three\n')
    assert texts(read(tmp_path)) == {"1": 'two\nlines "quoted"', "a.csv:4": "three"}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_headers(tmp_path, mark):
    (tmp_path / "a.csv").write_bytes(
        b"\xef\xbb\xbf" + mark.join(["id", "text"]).encode() + b"\r\n" + mark.join(["1", "x"]).encode() + b"\r\n"
    )
    assert texts(read(tmp_path)) == {"1": "x"}


def test_a_csv_field_may_be_long(tmp_path):
    (tmp_path / "a.csv").write_text(f'id,text\n1,"{"word " * 60_000}"\n2,two\n')
    assert sorted(texts(read(tmp_path))) == ["1", "2"]


def test_an_unclosed_quotation_mark_costs_its_row_only(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\n1,one\n2,"never closed\n3,three\n4,four\n')
    entries = list(read(tmp_path))
    assert texts(entries) == {"1": "one", "3": "three", "4": "four"}
    assert reasons(entries) == {"a.csv:3": "a quotation mark that is never closed"}


def test_a_swallowed_row_is_found_out(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\n1,"never closed\n2,"two"\n3,three\n')
    entries = list(read(tmp_path))
    assert texts(entries) == {"2": "two", "3": "three"}
    assert list(reasons(entries)) == ["a.csv:2"]


def test_rows_with_too_many_fields_are_named(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n1,one,more\n2,two\n")
    entries = list(read(tmp_path))
    assert texts(entries) == {"2": "two"}
    assert reasons(entries) == {"a.csv:2": "3 fields, the header has 2"}


def test_a_table_without_a_text_column_is_skipped_by_name(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    assert "no text: none of the columns ('x', 'y')" in reasons(read(tmp_path))["a.csv"]


def test_parquet_and_arrow_rows_are_documents(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"id": [1, 2, 3], "text": ["one", "two", None], "other": [[1], [2], [3]]})
    parquet.write_table(table, tmp_path / "a.parquet")
    with arrow.ipc.new_file(tmp_path / "b.arrow", table.schema) as file:
        file.write(table)
    for entries in (list(read(tmp_path / "a.parquet")), list(read(tmp_path / "b.arrow")), list(read(table))):
        assert texts(entries) == {1: "one", 2: "two"}
        assert list(reasons(entries)) == [3]


def test_a_damaged_table_is_named(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing of the kind")
    assert "damaged table" in reasons(read(tmp_path))["a.parquet:1"]
