"""What the kernel tells of pairs is what the whole comparison says, word for word."""

import importlib.util
import itertools
import json

import numpy as np
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

import dedupe
from dedupe import Config, Document, _kernels
from dedupe.engine.counts import row_of
from dedupe.engine.judging import outline_by
from dedupe.engine.measuring import limits_of
from dedupe.engine.outlines import Outline
from dedupe.engine.telling import Asked, AskedTexts, tell, tell_texts
from dedupe.pages.plain import body_of as plain_body_of
from dedupe.records import Body, Credit, Line, Span
from dedupe.verify.compare import compare_materials, judge
from dedupe.verify.editorial import may_need_words
from dedupe.verify.material import prepare
from stories import sentence, story

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("dedupe._kernels._native") is None, reason="the native kernel is not built"
)

CONFIGS = [
    Config(min_tokens=1),
    Config(min_tokens=1, wording=False, min_passage_tokens=4, threshold=0.6),
    Config.preset("corpus", min_tokens=1),
    Config(partial_wording=0.02, min_tokens=1),
]
SPOKEN = " ".join(sentence(40 + number)[:-1] for number in range(3))
TOLD = "I said that we would go home because my mother told me so and we did not want to leave our house there."
TOLD_IN_GERMAN = (
    "Ich habe gesagt, dass wir nach Hause gehen, weil mir das so lieber ist und wir es nicht anders wollen."
)
SCORES = "Ajax 3, Feyenoord 2, Twente 1, Utrecht 4, Heerenveen 2, Vitesse 1, Sparta 0, Groningen 5, Breda 2, Zwolle 3,"
FORM = "At {0} the wind blew from {0} degrees with {0} knots, the sea stood at {0} feet and {0} ships were in port."
MARKS = ["“{}”", "„{}“", "«{}»", "「{}」", "『{}』", '"{}"', "‘{}’", '"{}', "“{}", "{}"]
lines = st.one_of(
    st.integers(100, 106).map(sentence),
    st.integers(100, 140).map(sentence),
    st.sampled_from([SCORES, TOLD, TOLD_IN_GERMAN, sentence(70), f"{sentence(71)} {sentence(72)} {sentence(73)}"]),
    st.sampled_from(MARKS).map(lambda marks: marks.format(SPOKEN)),
    st.integers(1, 3).map(FORM.format),
)
classes = st.sampled_from(["prose", "prose", "prose", "caption", "navigation"])
bodies = st.lists(st.tuples(lines, classes, st.booleans() | st.just(True)), max_size=9)
CREDITS = [
    Credit(span=Span(0, 1), quote="(AFP)", kind="agency", organisation="AFP"),
    Credit(span=Span(0, 1), quote="© Ajax", kind="copyright", organisation="Ajax"),
]


def body_of(name, parts, **about):
    """A body of lines, some of which are no prose, and some of which are not kept."""
    written, kept, place = [], [], 0
    for text, line_class, keep in parts:
        span = Span(place, place + len(text))
        written.append(Line(span, line_class, keep))
        if keep and kept and kept[-1].end == place - 1:
            kept[-1] = Span(kept[-1].start, span.end)
        elif keep:
            kept.append(span)
        place = span.end + 1
    original = "\n".join(text for text, *_ in parts)
    return Body(id=name, original=original, kept=tuple(kept), lines=tuple(written), **about)


def asked_of(pairs, config):
    texts = [body.text for pair in pairs for body in pair]
    places = np.arange(len(texts), dtype=np.int64).reshape(-1, 2)
    rows = _kernels.measure(texts, places, limits_of(config, 0.0)).tolist()
    return [Asked(a, b, row_of(row)) for (a, b), row in zip(pairs, rows, strict=True)]


def in_full(pair, config):
    return [prepare(body, shingle_size=config.shingle_size) for body in (pair.a, pair.b)]


def assert_told(pairs, config):
    """Every pair is told as in full, or left to the comparison for a reason."""
    asked = asked_of(pairs, config)
    told = tell(asked, config)
    for pair, judged in zip(asked, told, strict=True):
        materials = in_full(pair, config)
        whole = judge(*materials, config)
        if judged is None:
            named = may_need_words(whole.relation.text, pair.a, pair.b)
            assert named or pair.measured.form or (pair.measured.equal and pair.a.title != pair.b.title)
        else:
            assert judged == whole
            outline = outline_by(pair.measured, judged.relation, (pair.a, pair.b), config)
            assert outline == Outline.of(compare_materials(*materials, config), config)
    return told


@given(bodies, bodies, st.integers(0, 6), st.sampled_from(CONFIGS), st.lists(st.sampled_from(CREDITS), max_size=2))
@example([], [], 0, CONFIGS[0], [])
@example([(SCORES, "caption", True)], [(SCORES, "blank", True)], 1, CONFIGS[1], [])
@settings(max_examples=250)
def test_pairs_are_told_as_in_full(left, right, common, config, credited):
    shared = [(sentence(70 + number), "prose", True) for number in range(common)]
    a = body_of("a", [*shared, *left], credits=tuple(credited), title="Wind", host="a.example")
    b = body_of("b", [*left[:4], *right, *shared], credits=tuple(credited[:1]), title="Wind")
    told = assert_told([(a, b), (b, a), (a, a)], config)
    event(told[0].relation.text if told[0] else "left to the comparison")


@given(
    st.lists(st.lists(st.integers(100, 130).map(sentence) | lines, max_size=12).map("\n".join), min_size=2, max_size=5)
)
@example(["", "  "])
def test_texts_of_which_nothing_else_is_known_are_told_as_their_bodies_are(texts):
    bodies = [plain_body_of(f"{place}", text, None) for place, text in enumerate(texts)]
    ends = np.array(list(itertools.permutations(range(len(texts)), 2)))
    packed = [text.encode() for text in texts]
    held = _kernels.PackedTexts(b"".join(packed), np.cumsum([len(text) for text in packed]))
    for config in CONFIGS:
        asked = asked_of([(bodies[a], bodies[b]) for a, b in ends.tolist()], config)
        told = tell_texts(AskedTexts(held, ends, [pair.measured for pair in asked]), config)
        whole = tell(asked, config)
        assert told == [judged and (judged.relation.text, judged.relation.editorial) for judged in whole]


def test_every_relation_is_told():
    own = [" ".join(sentence(number) for number in range(begin, begin + 20)) for begin in (200, 300)]
    whole = story(3)
    pairs = {
        "quotes_only": [f"{text}\n“{SPOKEN}”" for text in own],
        "template_only": [f"{text}\n{SCORES}" for text in own],
        "partial": [f"{text}\n{sentence(70)} {sentence(71)} {sentence(72)}" for text in own],
        "none": own,
        "identical": [whole, f"{whole} "],
        "contained": [f"{own[0]} {whole} {own[1]}", whole],
        "abridged": [f"{whole} {own[0]}", whole],
    }
    for relation, texts in pairs.items():
        config = Config(clean=False)
        a, b = (dedupe.extract(Document(id=n, text=text), config=config) for n, text in zip("ab", texts, strict=True))
        (judged,) = assert_told([(a, b)], config)
        assert judged is not None
        assert judged.relation.text == relation


def test_a_headline_that_is_a_slot_is_left_to_the_comparison():
    parts = [(sentence(number), "prose", True) for number in range(5)]
    a, b = body_of("a", parts, title="Lottery of Monday"), body_of("b", parts, title="Lottery of Tuesday")
    assert assert_told([(a, b)], Config()) == [None]


@pytest.mark.parametrize("name", ["abp", "wiki_versions", "news20"])
def test_real_pairs_are_told_as_in_full(name, labelled_pages):
    path = labelled_pages / name / "docs.jsonl"
    if not path.is_file():
        pytest.skip(f"no {path}")
    with path.open(encoding="utf-8") as documents:
        result = dedupe.cluster([json.loads(line) for line in itertools.islice(documents, 400)])
    known = {body.id: body for body in result.documents}
    pairs = [(known[pair.a], known[pair.b]) for pair in itertools.islice(result.pairs, 600)]
    told = assert_told(pairs, Config())
    assert sum(judged is not None for judged in told) > 0.9 * len(told) > 20
