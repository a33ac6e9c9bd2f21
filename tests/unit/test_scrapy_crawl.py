"""A real spider on a real site on this machine: the right counts, and nothing lost when it is killed."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("scrapy", reason="needs the scrapy extra: pip install -e '.[scrapy]'")

import dedupe
from crawl_site import make_site, served

TESTS = Path(__file__).parents[1]


def start(url, folder, **settings):
    """Start a crawl in a process of its own."""
    settings = {"DEDUPE_INDEX": str(folder / "news.dedupe")} | settings
    return subprocess.Popen(
        [sys.executable, str(TESTS / "crawl_spider.py"), url, str(folder / "items.jsonl"), json.dumps(settings)],
        env=os.environ | {"PYTHONPATH": str(TESTS.parent / "src"), "PYTHONHASHSEED": "random"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    """Wait for a crawl; return its statistics and its log."""
    printed, log = process.communicate(timeout=300)
    assert process.returncode == 0, log
    return json.loads(printed.splitlines()[-1]), log


def answers(folder):
    """What stands on the exported items, by path; a line that a killed process left half is passed over."""
    found = {}
    for line in (folder / "items.jsonl").read_text(encoding="utf-8").splitlines():
        try:
            item = json.loads(line)
        except ValueError:
            continue
        found[urlsplit(item["url"]).path] = item["dedupe"]
    return found


def path_of(document_id):
    return None if document_id is None else urlsplit(document_id).path


def check(site, found):
    """Hold every page's answer against the truth: one page of each text is new, whichever came first."""
    assert sorted(found) == sorted(site.kinds)
    new = Counter(site.texts[path] for path, answer in found.items() if answer["action"] in {"new", "too_short"})
    assert new == Counter(set(site.texts.values()))
    for path, answer in found.items():
        other = path_of(answer["duplicate_of"])
        if other is not None:
            assert site.texts[other] == site.texts[path]
            kinds = {site.kinds[path], site.kinds[other]}
            assert answer["action"] in ({"revision"} if "revision" in kinds else {"exact", "near"})
            assert answer["coverage"] > 0.8


def stats_of(site):
    copies, revisions = len(site.paths("copy")), len(site.paths("revision"))
    return {"texts": len(set(site.texts.values())), "copies": copies, "revisions": revisions}


def check_stats(site, stats):
    truth = stats_of(site)
    counted = {name.removeprefix("dedupe/"): value for name, value in stats.items() if name.startswith("dedupe/")}
    assert counted.pop("documents") == len(site.kinds)
    assert counted.pop("new", 0) + counted.pop("too_short", 0) == truth["texts"]
    assert counted.pop("exact", 0) + counted.pop("near", 0) == truth["copies"]
    assert counted.pop("revision", 0) == truth["revisions"]
    return counted


def test_a_crawl_ends_with_the_right_counts_and_answers(tmp_path):
    site = make_site(originals=10, copies=4, revisions=2, templates=2)
    with served(site) as url:
        stats, log = finish(start(url, tmp_path))
    assert check_stats(site, stats) == {}
    check(site, answers(tmp_path))
    assert "Traceback" not in log


@pytest.mark.slow
def test_a_crawl_on_another_reactor_does_the_same(tmp_path):
    site = make_site(originals=10, copies=4, revisions=2, templates=2)
    with served(site) as url:
        stats, log = finish(start(url, tmp_path, TWISTED_REACTOR=None, DEDUPE_SEEN_URL=True))
    assert check_stats(site, stats) == {}
    check(site, answers(tmp_path))
    assert "Traceback" not in log


@pytest.mark.slow
def test_a_crawl_of_hundreds_of_pages_drops_the_copies_it_was_told_to_drop(tmp_path):
    site = make_site(originals=210, copies=60, revisions=30, templates=20)
    assert len(site.kinds) >= 300
    with served(site) as url:
        stats, log = finish(start(url, tmp_path, DEDUPE_MODE="drop", DEDUPE_SEEN_URL=True))
    dropped = check_stats(site, stats)
    assert sum(dropped.values()) == len(site.paths("copy"))
    assert set(dropped) <= {"dropped/exact", "dropped/near"}
    found = answers(tmp_path)
    assert len(found) == len(site.kinds) - len(site.paths("copy"))
    assert log.count("INFO: Dropped: http://") == len(site.paths("copy"))
    assert "<p>" not in log, "a dropped page's text is in the log"


@pytest.mark.slow
def test_crawling_again_with_the_same_index_finds_every_page_unchanged(tmp_path):
    site = make_site(originals=40, copies=10, revisions=5, templates=5)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    index = str(tmp_path / "news.dedupe")
    with served(site) as url:
        finish(start(url, first, DEDUPE_INDEX=index))
        stats, _ = finish(start(url, second, DEDUPE_INDEX=index, DEDUPE_SEEN_URL=True))
    assert stats["dedupe/unchanged"] == stats["dedupe/documents"] == len(site.kinds)
    assert stats["dedupe/seen_url"] == len(site.kinds)
    before, after = answers(first), answers(second)
    assert {path: answer["action"] for path, answer in after.items()} == {
        path: answer["action"] for path, answer in before.items()
    }


def kill_and_go_on(site, folder, at, **settings):
    """Kill a crawl in the middle of a request and start it again; return what the second run counted."""
    process = None

    def on_request(number):
        if number == at and process is not None:
            process.send_signal(signal.SIGKILL)

    with served(site, on_request) as url:
        process = start(url, folder, JOBDIR=str(folder / "job"), **settings)
        process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL
        with dedupe.Index(folder / "news.dedupe") as index:
            survived = len(index)
        assert survived < len(site.kinds), "the kill came too late to say anything"
        stats, log = finish(start(url, folder, JOBDIR=str(folder / "job"), **settings))
    return stats, log, survived


@pytest.mark.slow
@pytest.mark.parametrize("at", [60, 150, 290])
def test_a_crawl_that_was_killed_goes_on_and_loses_nothing(tmp_path, at):
    site = make_site(originals=210, copies=60, revisions=30, templates=20)
    stats, log, _ = kill_and_go_on(site, tmp_path, at, DEDUPE_MODE="drop", DEDUPE_DROP_ACTIONS=["unchanged"])
    assert "The run before was killed" in log
    counted = check_stats(site, stats)
    assert counted == {"jobs_recovered": 1}, "pages of the killed run belong to this job: none is unchanged or dropped"
    check(site, answers(tmp_path))


@pytest.mark.slow
def test_scrapy_alone_loses_pages_when_it_is_killed(tmp_path):
    """The control: without our part the same test fails, and fails silently."""
    site = make_site(originals=210, copies=60, revisions=30, templates=20)
    stats, _, _ = kill_and_go_on(site, tmp_path, 150, DEDUPE_RECOVER_JOBDIR=False)
    assert stats["finish_reason"] == "finished"
    assert stats["dedupe/documents"] < len(site.kinds)
