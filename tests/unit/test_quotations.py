"""Quotations: what stands in marks, in the marks of many languages, and where a paragraph leaves them open."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import _kernels
from dedupe._kernels import _quotations

PATTERNS = {
    "“": r"“[^”\n]*(?:”|$)",
    "„": r"„[^“”\n]*(?:[“”]|$)",
    "«": r"«[^»\n]*(?:»|$)",
    "「": r"「[^」\n]*(?:」|$)",
    "『": r"『[^』\n]*(?:』|$)",
    '"': r'"[^"\n]*"|^\s*"[^"\n]*$',
    "‘": r"(?<![^\s(\[“])‘(?:[^’\n]|’(?=\w)){12,}’(?!\w)",
}
WHOLE = re.compile("|".join(PATTERNS.values()), re.MULTILINE)


def quotations(text):
    """What this kernel finds, which is what its specification says."""
    found = _kernels.quotations(text)
    assert found.dtype == np.int64
    assert found.tolist() == _quotations.quotations(text).tolist()
    return [(start, end) for start, end in found.tolist()]


pieces = st.sampled_from([*'ab\n "“”„«»「」『』‘’(\t\u2028', "aaaa bbbb ", '\n"', "‘aaaa bbbb cccc’", "\n \n"])


@given(st.lists(pieces, max_size=30).map("".join))
@settings(max_examples=300)
def test_quotations_are_those_of_the_plain_patterns(text):
    def quoted(spans):
        return {place for start, end in spans for place in range(start, end) if not text[place].isspace()}

    found = quotations(text)
    assert quoted(found) == quoted(match.span() for match in WHOLE.finditer(text))
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “it is over” and left", ["“it is over”"]),
        ("“It is over\nand done", ["“It is over"]),
        ('"It is over\nand "done" it is', ['"It is over', '"done"']),
        ('  "It is “over” and done', ['"It is “over” and done']),
        ('an inch is 1" wide', []),
        ('"one" and "two', ['"one"']),
        ("the ’80s and ‘rock’ and ‘it is over now’", ["‘it is over now’"]),
    ],
)
def test_what_stands_in_marks_is_a_quotation(text, quoted):
    assert [text[start:end] for start, end in quotations(text)] == quoted


def test_a_thousand_marks_in_one_line_take_no_longer_than_their_number():
    assert len(quotations('a "b" ' * 20_000 + '"')) == 20_000
    assert quotations('x "' + "a" * 200_000) == []
