"""Laws of a comparison, whatever the texts are."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import dedupe
from align_oracle import rebuilt
from dedupe._kernels import _align
from dedupe.records import Body, Span
from dedupe.verify.material import prepare
from dedupe.verify.wording import phrases, phrases_of

WORDS = st.lists(st.sampled_from([f"w{number}" for number in range(30)]), max_size=120)
TELLING = st.lists(
    st.sampled_from([*(f"w{number}" for number in range(8)), "the", "of", "and", "I", "my", "we", "7,", "“so", "so”"]),
    max_size=120,
)
MUTATION = st.tuples(st.sampled_from(["drop", "put", "swap", "move"]), st.integers(0, 10_000), st.integers(0, 10_000))


def mutated(tokens, mutations):
    tokens = list(tokens)
    for kind, x, y in mutations:
        if not tokens:
            break
        i, j = x % len(tokens), y % len(tokens)
        if kind == "drop":
            del tokens[i : i + 1 + y % 5]
        elif kind == "put":
            tokens[i:i] = [f"n{y}"] * (1 + y % 3)
        elif kind == "swap":
            tokens[i] = f"m{y}"
        else:
            block = tokens[i : i + 15]
            del tokens[i : i + 15]
            tokens[j:j] = block
    return tokens


def arrays(left, right):
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(left + right))}
    return [np.array([vocabulary[token] for token in side], dtype=np.uint64) for side in (left, right)]


@given(st.lists(st.integers(0, 60).map(str), min_size=0, max_size=150), st.lists(MUTATION, max_size=6))
@settings(max_examples=150, deadline=None)
def test_replaying_an_alignment_rebuilds_the_other_text(tokens, mutations):
    other = mutated(tokens, mutations)
    a, b = arrays(tokens, other)
    rows = _align.align(a, b, max_gap_tokens=12, min_passage_tokens=8, min_passage_identity=0.8)
    assert rebuilt(a.tolist(), b.tolist(), rows.tolist()) == b.tolist()
    for start_a, end_a, start_b, end_b, matched in rows.tolist():
        assert 0 <= start_a < end_a <= len(a)
        assert 0 <= start_b < end_b <= len(b)
        assert 8 <= matched <= min(end_a - start_a, end_b - start_b)
        assert matched >= 0.8 * max(end_a - start_a, end_b - start_b)


def as_text(tokens):
    return " ".join(tokens)


def both_ways(tokens, mutations):
    """Compare a text with one that came of it, and the other way round."""
    left = dedupe.Document(id="a", text=as_text(tokens) or "w0", clean=True)
    right = dedupe.Document(id="b", text=as_text(mutated(tokens, mutations)) or "w1", clean=True)
    return dedupe.compare(left, right), dedupe.compare(right, left)


@given(WORDS, st.lists(MUTATION, max_size=5))
@settings(max_examples=60, deadline=None)
def test_comparing_the_other_way_round_mirrors_the_answer(tokens, mutations):
    there, back = both_ways(tokens, mutations)
    assert there.jaccard == back.jaccard
    assert there.similarity == back.similarity
    assert there.order == back.order
    assert tuple(there.containment) == tuple(reversed(back.containment))
    assert tuple(there.coverage) == tuple(reversed(back.coverage))
    assert tuple(there.residual) == tuple(reversed(back.residual))
    assert there.relation.text == back.relation.text
    assert there.relation.confidence == back.relation.confidence
    assert {(p.a, p.b, p.tokens) for p in there.passages} == {(p.b, p.a, p.tokens) for p in back.passages}


@given(TELLING, st.lists(MUTATION, max_size=5))
@settings(max_examples=150, deadline=None)
def test_what_a_passage_is_does_not_depend_on_which_text_comes_first(tokens, mutations):
    there, back = both_ways(tokens, mutations)
    assert {(p.a, p.b, p.kind) for p in there.passages} == {(p.b, p.a, p.kind) for p in back.passages}
    assert there.relation.text == back.relation.text
    assert (there.relation.value, there.relation.limit) == (back.relation.value, back.relation.limit)


def partly_quoted(random, count=8):
    """Two texts with the same passages in another order, each edited and quoted in a share of its own."""
    one, other = [], []
    for number in range(count):
        words = [f"{chr(97 + number)}{chr(97 + place)}x" for place in range(21)]
        end = random.randint(2, 9)
        words[0], words[end] = f"“{words[0]}", f"{words[end]}”"
        edited = words[:12] + ["other", "words"][: random.randint(1, 2)] + words[13:]
        one.append(" ".join(words) + f" q{chr(97 + number)} z{chr(97 + number)}" * 3)
        other.append(" ".join(edited) + f" {chr(97 + number)}w k{chr(97 + number)}" * 3)
    random.shuffle(other)
    return " ".join(one), " ".join(other)


def test_sums_are_the_same_to_the_last_digit_whichever_text_comes_first():
    for seed in range(30):
        left, right = zip("ab", partly_quoted(Random(seed)), strict=True)
        there, back = dedupe.compare(left, right), dedupe.compare(right, left)
        assert there.relation.value == back.relation.value, seed


def test_speech_is_speech_where_either_text_tells_it_in_the_first_person():
    """One passage; only in one of both texts are the words of the first person dense enough."""
    words = [first + second for first in "bcdfghjkl" for second in ("an", "el", "in", "os", "ul", "am", "er", "ig")]
    words[8:12], words[40:43] = ["I", "of", "the", "and"], ["my", "of", "the"]
    told = [word for number, word in enumerate(words) if number not in range(20, 30)]
    left, right = ("a", " ".join(told)), ("b", " ".join(words))
    for pair in (dedupe.compare(left, right), dedupe.compare(right, left)):
        assert [passage.kind for passage in pair.passages] == ["quote"]


@given(WORDS, st.lists(MUTATION, max_size=5))
@settings(max_examples=60, deadline=None)
def test_every_ratio_is_a_ratio_and_every_span_holds_its_quote(tokens, mutations):
    left, right = as_text(tokens) or "w0", as_text(mutated(tokens, mutations)) or "w1"
    pair = dedupe.compare(dedupe.Document(id=1, text=left), dedupe.Document(id=2, text=right))
    ratios = [
        pair.jaccard,
        *pair.containment,
        *pair.coverage,
        *pair.residual,
        pair.similarity,
        pair.identity,
        pair.order,
    ]
    assert all(0.0 <= ratio <= 1.0 for ratio in ratios)
    assert pair.jaccard <= pair.containment.smaller() + 1e-12
    for passage in pair.passages:
        assert " ".join(left[passage.a.start : passage.a.end].split()) == passage.quote


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=120, deadline=None)
def test_arbitrary_text_never_raises_anything_foreign(left, right):
    try:
        pair = dedupe.compare(dedupe.Document(id="x", text=left), dedupe.Document(id="y", text=right))
    except dedupe.InputError:
        return
    assert pair.a == "x"


quoting = st.sampled_from(["He said “it is over now and we go home”, they", 'so "it may be" then it is', "“"])
stretches = st.lists(st.tuples(st.text(max_size=80) | quoting, st.text(max_size=20) | quoting), max_size=4)


def body_of(parts):
    """A body of some stretches, with something set aside behind each."""
    original, kept, position = "", [], 0
    for keep, drop in parts:
        original += keep + "\n" + drop + "\n"
        if keep:
            kept.append(Span(position, position + len(keep)))
        position = len(original)
    return Body(id="x", original=original, kept=tuple(kept))


@given(stretches)
@settings(max_examples=80, deadline=None)
def test_phrases_of_a_body_are_those_of_its_material(parts):
    body = body_of(parts)
    assert np.array_equal(phrases_of(body), phrases(prepare(body, shingle_size=5)))


@given(stretches)
@settings(max_examples=80, deadline=None)
def test_material_offsets_point_into_the_original(parts):
    body = body_of(parts)
    original, kept, material = body.original, body.kept, prepare(body, shingle_size=5)
    for start, end in zip(material.starts.tolist(), material.ends.tolist(), strict=True):
        assert 0 <= start < end <= len(original)
        assert any(span.start <= start and end <= span.end for span in kept)
