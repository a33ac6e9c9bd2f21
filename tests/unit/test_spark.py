"""Spark: executors extract, and the answer is that of one machine, byte for byte."""

import os
import re
import shutil
import warnings

import pytest

import dedupe
from commands import OTHER, STORY
from dedupe.integrations import spark
from documents import ROOT

pyspark = pytest.importorskip("pyspark", reason="needs the spark extra: pip install -e '.[spark]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning", "ignore::DeprecationWarning"),
]

PAGE = "<html><head><title>{0}</title></head><body><nav>Menu</nav><article><p>{1}</p></article></body></html>"
PAGES = [
    {"id": "first", "html": PAGE.format("Ferry turned back", STORY), "url": "https://one.example/ferry", "text": None},
    {"id": "second", "html": None, "url": "https://two.example/7", "text": f"Menu\nHome\n\n{STORY} Nobody was hurt."},
    {"id": "third", "html": PAGE.format("Court", OTHER), "url": None, "text": None},
    {"id": "empty", "html": " ", "url": None, "text": None},
]
COLUMNS = "id string, html string, url string, text string"


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        for name in ("spark.driver.bindAddress", "spark.driver.host"):
            builder = builder.config(name, "127.0.0.1")
        made = builder.getOrCreate()
        yield made
        made.stop()


@pytest.mark.parametrize("preset", ["balanced", "corpus"])
@pytest.mark.parametrize("partitions", [1, 3])
def test_the_answer_is_that_of_one_machine(session, preset, partitions):
    config = dedupe.Config.preset(preset)
    here = dedupe.cluster(PAGES, config=config)
    frame = session.createDataFrame(PAGES, COLUMNS)
    result = spark.cluster(frame.repartition(partitions), config=config)
    assert result.to_json() == here.to_json()
    assert result == here
    assert [cluster.members for cluster in result.clusters] == [("first", "second"), ("third",)]


def test_columns_have_the_names_that_the_caller_gives(session):
    frame = session.createDataFrame([(7, STORY), (8, STORY)], "nr bigint, story string")
    result = spark.cluster(frame, fields={"id": "nr", "text": "story"})
    assert [cluster.members for cluster in result.clusters] == [(7, 8)]
    with pytest.raises(dedupe.InputError, match="'nr', 'story' holds ids"):
        spark.cluster(frame)


def test_a_row_without_an_id_is_named_and_twins_are_refused(session):
    frame = session.createDataFrame([("a", STORY), (None, OTHER), ("a", OTHER)], "id string, text string")
    with pytest.raises(dedupe.DuplicateIdError):
        spark.cluster(frame)
    result = spark.cluster(frame, duplicate_ids="skip")
    assert [(entry.id, entry.failed) for entry in result.skipped] == [("(no id)", True), ("a", True)]
    assert OTHER[:40] in result.skipped[0].reason
    assert result.seen == 3


def test_the_rows_of_an_answer_are_a_frame_again(session):
    result = dedupe.cluster(PAGES)
    found = {row["id"]: row["representative"] for row in spark.rows(result, session).collect()}
    assert found == {"first": "second", "second": "second", "third": "third", "empty": None}


def test_the_guide_works_as_it_is_written(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session.createDataFrame(PAGES, COLUMNS).write.parquet("file://" + str(tmp_path / "crawl.parquet"))
    text = (ROOT / "docs" / "guides" / "spark.md").read_text(encoding="utf-8")
    names = {}
    for block in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        exec(block.replace('"crawl.parquet"', f'"file://{tmp_path}/crawl.parquet"'), names)
        if "texts" in names:
            assert sorted(row["id"] for row in names["texts"].collect()) == ["second", "third"]
    assert names["result"].config == dedupe.Config.preset("corpus")
    assert [cluster.members for cluster in names["result"]] == [("first", "second"), ("third",)]
