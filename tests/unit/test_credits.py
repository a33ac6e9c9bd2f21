"""Credits, as examples in many languages; what looks like one and is none."""

import re

import pytest

from dedupe._kernels._phrases import DOTLESS
from dedupe.text.chrome import classify
from dedupe.text.credits import find_credits
from dedupe.text.phrases import load_toml
from dedupe.text.wordings import wordings


def found(text):
    return [(credit.kind, credit.organisation) for credit in find_credits(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Maziar Motamedi", [("byline", "Maziar Motamedi")]),
        ("By\xa0Maziar Motamedi", [("byline", "Maziar Motamedi")]),
        ("By Jane Doe and John Smith", [("byline", "Jane Doe"), ("byline", "John Smith")]),
        ("Von Anna Berg", [("byline", "Anna Berg")]),
        ("Par Jean Dupont", [("byline", "Jean Dupont")]),
        ("By AFP", [("agency", "AFP")]),
        ("By John Smith, Reuters", [("byline", "John Smith"), ("agency", "Reuters")]),
        ("MOSCOW, Jan 19 (AFP) - Putin met Raisi.", [("dateline", "AFP")]),
        ("(Reuters) - The bank said", [("dateline", "Reuters")]),
        ("(Reuters) — The bank said", [("dateline", "Reuters")]),
        ("WASHINGTON (AP) — The bank said", [("dateline", "AP")]),
        ("WASHINGTON, Jan. 19 (UPI) -- The bank", [("dateline", "UPI")]),
        ("Berlin (dpa) - Der Kanzler reist nach Wien.", [("dateline", "dpa")]),
        ("Moscow [Russia], January 19 (ANI): The president", [("dateline", "ANI")]),
        ("МОСКВА, 19 января. /ТАСС/. Президент России", [("dateline", "TASS")]),
        ("МОСКВА, 19 янв - РИА Новости. Президент", [("dateline", "RIA Novosti")]),
        ("(ANSA) - ROMA, 19 GEN - Il presidente", [("dateline", "ANSA")]),
        ("Madrid, 19 ene (EFE).- El presidente", [("dateline", "EFE")]),
        ("新华社北京1月19日电 中国", [("dateline", "Xinhua")]),
        ("【ワシントン共同】米国は", [("dateline", "Kyodo")]),
        ("The minister resigned on Monday. (dpa)", [("agency", "dpa")]),
        ("Agence France-Presse", [("agency", "AFP")]),
        ("© AFP", [("copyright", "AFP"), ("agency", "AFP")]),
        ("© 2022 Al Jazeera Media Network", [("copyright", "Al Jazeera Media Network")]),
        ("Copyright 2022 The Associated Press. All rights reserved.", [("copyright", "AP")]),
        ("Copyright © 2019 The Washington Times", [("copyright", "The Washington Times")]),
        ("The Associated Press contributed to this report.", [("contributed", "AP")]),
        ("Com informações de Lusa", [("contributed", "Lusa")]),
        ("Mit Material von dpa", [("contributed", "dpa")]),
        ("По материалам ТАСС", [("contributed", "TASS")]),
        ("This article was republished from The Conversation under a Creative Commons licence.", [("republication", "The Conversation")]),
        ("This story was originally published by ProPublica.", [("republication", "ProPublica")]),
        ("Este artículo fue publicado originalmente en The Conversation.", [("republication", "The Conversation")]),
        ("Originally published on Grist", [("republication", "Grist")]),
        ("本文转载自法新社", [("republication", "AFP")]),
        ("来源：新华社", [("republication", "Xinhua")]),
        ("Source: Reuters", [("republication", "Reuters")]),
        ("Quelle: dpa", [("republication", "dpa")]),
        ("Źródło: PAP", [("republication", "PAP")]),
        ("Kaynak: AA", [("republication", "Anadolu")]),
        ("Källa: TT", [("republication", "TT")]),
        ("المصدر: رويترز", [("republication", "Reuters")]),
        ("[File: Atta Kenare/AFP]", [("photo", "AFP")]),
        ("Putin speaks in Moscow. (Pavel BEDNYAKOV / SPUTNIK / AFP)", [("photo", "AFP")]),
        ("Putin met his guest. Pavel Bednyakov/POOL/TASS", [("photo", "TASS")]),
        ("Photo: Jane Doe / Getty Images", [("photo", "Getty Images")]),
        ("Image copyright Getty Images", [("photo", "Getty Images")]),
        ("(WEAR-TV via AP)", [("photo", "AP")]),
        ("Foto: Anna Berg/dpa", [("photo", "dpa")]),
    ],
)  # fmt: skip
def test_a_credit_is_read(text, expected):
    assert found(text) == expected


def test_contributors_are_named_one_by_one_and_own_nothing():
    """T39: a share in the reporting is not "this text is AFP's"."""
    assert found("With reporting by TASS, AFP, The Times of Israel") == [
        ("contributed", "TASS"),
        ("contributed", "AFP"),
        ("contributed", "The Times of Israel"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[File: Atta Kenare/AFP]",
        "At the bridge. Anna Berg/POOL/TASS",
        "AP Photo/Jane Doe",
        "Photo by Jane Doe/AFP via Getty Images",
    ],
)
def test_a_photo_credit_says_nothing_about_the_text(text):
    """T38: only the kind ``photo``, never ``agency``."""
    assert {kind for kind, _ in found(text)} == {"photo"}


def test_a_byline_of_an_agency_is_the_agencys_wherever_it_stands():
    """T40: the words are equal on the agency's own site and elsewhere; the ledger weighs the host."""
    assert found("Putin Hails Ties\nBy AFP\nUpdated:") == [("agency", "AFP")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "he told Reuters.",
        "“We are glad,” he told Reuters on Monday, adding that AFP reported it first.",
        "Tass news agency quoted Raisi as saying.",
        "The novel was originally published by Penguin in 1960.",
        "By the time he left, AFP had sent the story.",
        "The deal (seen by Reuters) - which nobody signed - fell through.",
        "This article was first published on July 4.",
        "Source code is law, the judge wrote in a footnote of the ruling.",
        "The ratio of and/or clauses in AP English essays fell.",
    ],
)
def test_an_agency_named_in_prose_is_no_credit(text):
    assert found(text) == []


def test_quotes_slice_to_their_words_with_and_without_lines():
    text = "  By AFP\r\n\r\nMOSCOW, Jan 19 (AFP) - Putin met Raisi.\u2028\n\t© 2022 Al Jazeera Media Network \n[File: Atta Kenare/AFP]"
    listed = find_credits(text)
    assert [credit.kind for credit in listed] == ["agency", "dateline", "copyright", "photo"]
    assert all(text[credit.span.start : credit.span.end] == credit.quote for credit in listed)
    assert find_credits(text, classify(text)) == listed


def test_wordings_and_agencies_have_sources_in_many_languages():
    data = load_toml("credits.toml")
    assert all(table["source"] for table in data.values())
    for table in ("byline", "contributed", "republication", "photo", "source_line", "this_text"):
        assert len(data[table]) - 1 >= 8
    rows = load_toml("agencies.toml")["agency"]
    assert all(row["source"] and row["name"] for row in rows)
    assert len({row["name"] for row in rows}) == len(rows) >= 50


def test_whatever_a_pattern_of_a_wording_matches_holds_the_wording_casefolded_but_for_two_letters():
    """So that most lines need no pattern: `in` is a tenth of its cost."""
    known = wordings()
    tables = (known.contributed, known.republication)
    phrases = [phrase for table in tables for entries in table.values() for phrase in entries]
    everything = "".join(map(chr, range(0x110000)))
    for letter in sorted({letter for phrase in phrases for letter in phrase.words}):
        matched = set(re.findall(re.escape(letter), everything, re.IGNORECASE))
        assert {other for other in matched if letter not in other.casefold()} <= set(DOTLESS)
