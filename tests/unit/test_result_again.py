"""A result answers again by other limits and another policy, as a run with these would."""

import copy
import pickle

import pytest

import dedupe
from commands import OTHER, STORY
from dedupe.config import KEEP, LIMITS

DAYS = ("2022-01-20", "2022-01-19", "2022-01-21")
LONGER = (
    "Not one passenger of the ferry needed a doctor, said the one who had travelled with them all night. " + STORY[:-21]
)
THIRD = "The council voted nine to four on Tuesday to keep the library open on Sundays until the end of spring."
PAGES = [
    {"id": 1, "text": LONGER, "url": "https://www.one.example/a/b/c", "published": DAYS[0], "source": "One"},
    {"id": 2, "text": STORY, "url": "https://two.example/a/b", "published": DAYS[1], "source": "Zwei"},
    {"id": 3, "text": STORY, "url": "https://three.example", "published": DAYS[2]},
    {"id": 4, "text": f"{THIRD} {OTHER[:100]}"},
    {"id": 5, "text": OTHER},
    {"id": 6, "text": " "},
]
FINGERPRINT_OF_DEFAULTS = "118a527f221bed3b"
CONFIGS = {name: dedupe.Config.preset(name) for name in ("balanced", "corpus")}


@pytest.mark.parametrize("preset", CONFIGS)
@pytest.mark.parametrize(
    "limits",
    [
        {"threshold": 0.85},
        {"threshold": 1.0, "max_residual": 0.0},
        {"grey_zone": 0.2},
        {"keep": ("shortest_url",)},
    ],
)
def test_other_limits_give_what_a_run_with_them_gives(preset, limits):
    config = CONFIGS[preset]
    result = dedupe.cluster(PAGES, config=config)
    before = result.to_json()
    again, run = result.at(**limits), dedupe.cluster(PAGES, config=config.replace(**limits))
    assert again.to_json() == run.to_json() != before
    assert again.kept() == run.kept()
    assert (again.config, result.to_json()) == (run.config, before)
    assert again.at(**{name: getattr(config, name) for name in LIMITS}).to_json() == before


def test_a_lower_threshold_finds_what_the_run_did_not_merge():
    result = dedupe.cluster(PAGES, config=dedupe.Config(threshold=1.0, max_residual=0.0))
    assert sorted(cluster.members for cluster in result) == [(1,), (2, 3), (4,), (5,)]
    assert sorted(cluster.members for cluster in result.at(0.8, max_residual=0.2)) == [(1, 2, 3), (4,), (5,)]


def test_nothing_is_read_or_sketched_again(monkeypatch):
    result = dedupe.cluster(PAGES)
    for place in ("take_in", "nominate", "extraction"):
        monkeypatch.delattr(f"dedupe.engine.batch.{place}")
    assert len(result.at(0.9).clusters) == 3


def test_what_was_nominated_for_copies_alone_does_not_serve_a_lower_threshold():
    result = dedupe.cluster(PAGES, config=CONFIGS["corpus"])
    with pytest.raises(dedupe.ConfigError, match=r"below threshold 0\.8"):
        result.at(0.7)
    assert result.at(0.9).at(0.8).to_json() == result.to_json()


@pytest.mark.parametrize("name", ["min_tokens", "num_perm", "clean", "copies_only", "nothing"])
def test_what_was_read_and_nominated_cannot_change_afterwards(name):
    with pytest.raises(dedupe.ConfigError, match=f"{name} cannot change after a run; it takes threshold"):
        dedupe.cluster(PAGES).at(**{name: 1})


def test_a_result_goes_into_another_process_without_what_was_nominated():
    result = dedupe.cluster(PAGES)
    moved = pickle.loads(pickle.dumps(result))
    assert moved == result == copy.deepcopy(result)
    with pytest.raises(dedupe.InputError, match=r"call cluster\(\) again"):
        moved.at(0.9)


@pytest.mark.parametrize(
    ("keep", "kept", "reason"),
    [
        (["fullest"], 1, "fullest body"),
        (["shortest", "earliest"], 2, "then earliest published (2022-01-18"),
        (["latest"], 3, "latest published (2022-01-20"),
        (["shortest_url"], 3, "shortest address"),
        (["longest_url"], 1, "longest address"),
        (["source:ZWEI", "fullest"], 2, "from ZWEI"),
        (["source:nobody", "source:three.example"], 3, "from three.example"),
        (["source:one.example"], 1, "from one.example"),
        (["source:ne.example", "id"], 1, "smallest id"),
        ([], 1, "smallest id"),
        ("latest", 3, "latest published"),
    ],
)
@pytest.mark.parametrize("preset", CONFIGS)
def test_the_policy_chooses_which_copy_is_kept(preset, keep, kept, reason):
    result = dedupe.cluster(PAGES, config=CONFIGS[preset].replace(keep=keep))
    assert result.cluster_of(2).representative == kept
    assert reason in result.cluster_of(2).reason
    assert set(result.kept()) == {kept, 4, 5}
    assert set(result.dropped()) == {1, 2, 3} - {kept}
    assert result.config.fingerprint() != dedupe.Config().fingerprint()


def test_a_page_at_its_canonical_address_is_kept_where_that_is_asked_for():
    page = '<html><head><link rel="canonical" href="{}"></head><body><article><p>{}</p></article></body></html>'
    html = page.format("https://one.example/story", STORY)
    pages = [
        {"id": "amp", "url": "https://one.example/amp/story", "html": html},
        {"id": "story", "url": "http://www.one.example/story/?utm_source=x", "html": html},
        {"id": "another", "url": "https://two.example/s", "text": STORY},
    ]
    [cluster] = dedupe.cluster(pages, config=dedupe.Config(keep=("canonical", "id"))).clusters
    assert (cluster.representative, cluster.reason) == ("story", "stands at its canonical address")


@pytest.mark.parametrize("keep", ["best", ("fullest", "newest"), ("source:",), 3, (None,)])
def test_a_rule_that_does_not_exist_is_refused_with_those_that_do(keep):
    with pytest.raises(dedupe.ConfigError, match=r"there are origin, canonical, .* and source:NAME"):
        dedupe.Config(keep=keep)


def test_the_default_policy_leaves_fingerprints_as_they_were():
    assert dedupe.Config(keep=list(KEEP)) == dedupe.Config()
    assert dedupe.Config().fingerprint() == FINGERPRINT_OF_DEFAULTS


def test_an_index_keeps_to_the_policy_it_was_made_with(tmp_path):
    path = tmp_path / "a.dedupe"
    with dedupe.Index(path, dedupe.Config(keep=("source:zwei",))) as index:
        index.add_many(PAGES)
    with dedupe.Index(path) as index:
        assert index.config.keep == ("source:zwei",)
        assert index.clusters(smallest=2)[0].representative == 2
    with pytest.raises(dedupe.IncompatibleStoreError, match=r"\(keep \('source:zwei',\), asked for \('origin', "):
        dedupe.Index(path, dedupe.Config())
