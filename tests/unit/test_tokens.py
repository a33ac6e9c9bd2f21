"""Tokens, word by word: the rules as examples."""

import unicodedata

import pytest

from dedupe._kernels import _unicode
from dedupe.text.normalize import normalize
from dedupe.text.shingles import shingle_hashes, shingles
from dedupe.text.tokens import token_arrays, tokenize


def words(text):
    return [token.text for token in tokenize(text)]


def spans(text):
    return [tuple(token.span) for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t-—…!", []),
        ("Iran's", ["iran", "s"]),
        ("Iran’s", ["iran", "s"]),
        ("snake_case", ["snake", "case"]),
        ("3,000 MiG-29s", ["3", "000", "mig", "29s"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("co\u00adoperate zero\u200bwidth \ufeffbom", ["cooperate", "zerowidth", "bom"]),
        ("ﬁne ﬃ", ["fine", "ffi"]),
        ("½", ["1", "2"]),
        ("10㎏", ["10kg"]),
        ("２０２６年", ["2026", "年"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("ｶﾞｽ", ["ガ", "ス"]),
        ("二〇二六", ["二", "〇", "二", "六"]),
        ("BBC中文abc", ["bbc", "中", "文", "abc"]),
        ("กำลัง", ["กํ", "า", "ลั", "ง"]),
        ("ក្រុម", ["ក្", "រុ", "ម"]),
        ("각 \u1100\u1161\u11a8", ["각", "각"]),
        ("ㄱㅏ", ["가"]),
        ("e\u0301 é E\u0301", ["é", "é", "é"]),
        ("\u0301a", ["a"]),
        ("中\u0301a", ["中\u0301", "a"]),
        ("می\u200cخواهد", ["میخواهد"]),
        ("\ud800a\udfffb", ["a", "b"]),
        ("\U0001f525fire\U0001f525", ["fire"]),
        ("𝟚𝟘𝟚𝟞", ["2026"]),
        ("ΣΊΣΥΦΟΣ σίσυφος", ["σίσυφοσ", "σίσυφοσ"]),
        ("İ I ı", ["i̇", "i", "ı"]),
    ],
)
def test_each_rule_by_example(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a bc", [(0, 1), (2, 4)]),
        ("½ x", [(0, 1), (0, 1), (2, 3)]),
        ("e\u0301té", [(0, 4)]),
        ("so\u00adft\u00ad.", [(0, 5)]),
        ("\u200bword\u200b", [(1, 5)]),
        ("\u1100\u1161\u11a8가", [(0, 4)]),
        ("กำ", [(0, 2), (1, 2)]),
        ("\ufdfa!", [(0, 1)] * 4),
        ("\U0001d7da\U0001d7d8 x", [(0, 2), (3, 4)]),
    ],
)
def test_spans_count_code_points_of_the_text_as_given(text, expected):
    assert spans(text) == expected


def test_arrays_say_what_the_list_says(kernel):
    text = "Le cœur, l’été — 東京 2026: ﬁn½"
    hashes, starts, ends = token_arrays(text)
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == spans(text)
    assert len(hashes) == len(starts) == len(ends)
    assert (hashes.dtype.name, starts.dtype.name, ends.dtype.name) == ("uint64", "uint32", "uint32")


def test_a_run_of_marks_is_cut_at_thirty():
    assert normalize("a" + "\u0323" * 64_000) == normalize("a" + "\u0323" * 30)
    assert spans("x" + "\u0315\u0323" * 50_000 + "y") == [(0, 100_002)]


def test_half_width_voicing_marks_do_not_hide_a_run():
    text = "a" + "\uff9e\u0323" * 50_000
    assert len(normalize(text)) == 30  # one dot composes with the letter


def test_shingles_are_runs_of_tokens():
    assert shingles("The cat sat. The cat!", 2) == ["the cat", "cat sat", "sat the", "the cat"]
    assert shingles("cat", 2) == []
    with pytest.raises(ValueError, match="at least 1 token, not 0"):
        shingles("cat", 0)


def test_shingle_hashes_are_a_set(kernel):
    hashes = shingle_hashes("the cat sat the cat", 2)
    assert hashes.dtype.name == "uint64"
    assert hashes.tolist() == sorted(set(hashes.tolist()))
    assert len(hashes) == 3
    assert len(shingle_hashes("cat", 2)) == 0


def test_every_second_character_of_a_composite_is_known():
    found = filter(None, map(unicodedata.decomposition, map(chr, range(0x110000))))
    decompositions = [decomposition.split() for decomposition in found]
    seconds = {int(pair[1], 16) for pair in decompositions if len(pair) == 2 and not pair[0].startswith("<")}
    assert seconds <= _unicode.composition_seconds()
    assert len(_unicode.composition_seconds() - seconds) == 21 + 27  # Hangul vowels and finals compose by rule
