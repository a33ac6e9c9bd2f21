"""Traps of page furniture: what surrounds a text must neither hide a copy nor make one."""

import unicodedata

import pytest

import dedupe
from dedupe.records import MERGING
from stories import COMMENT_FORM, CONSENT, as_page, chrome, headlines, in_chrome, noisy, sentence, story
from wrappings import WRAPPINGS, Article

RATIOS = (0.25, 0.5, 1, 2, 4, 9)


def clusters(documents, **options):
    return [cluster.members for cluster in dedupe.cluster(documents, **options).clusters]


def linked(result):
    return {(link.a, link.b): link.relation.text for link in result.links}


@pytest.mark.parametrize("where", ["before", "after", "between"])
@pytest.mark.parametrize("ratio", RATIOS)
def test_a_copy_in_chrome_of_any_size_stays_with_its_original(ratio, where):
    """T01, as plain text."""
    body = story(1)
    assert clusters([("copy", in_chrome(body, ratio, where)), ("original", body)]) == [("copy", "original")]


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_copy_in_a_page_of_any_size_stays_with_its_original(ratio):
    """T01, as HTML."""
    body = story(2)
    pages = [
        {"id": "copy", "html": as_page(body, title="One headline", ratio=ratio)},
        {"id": "original", "html": as_page(body, title="Another headline", ratio=0.1, seed=5)},
    ]
    assert clusters(pages) == [("copy", "original")]


@pytest.mark.parametrize("form", ["text", "html"])
def test_two_articles_of_one_site_stay_apart_under_five_times_their_length_of_shared_chrome(form):
    """T02."""
    if form == "html":
        pages = [{"id": str(seed), "html": as_page(story(seed), title=f"Story {seed}", ratio=5)} for seed in (3, 4)]
    else:
        pages = [{"id": str(seed), "text": in_chrome(story(seed), 5, "after")} for seed in (3, 4)]
    result = dedupe.cluster(pages)
    assert [cluster.members for cluster in result.clusters] in ([("3",), ("4",)], [("4",), ("3",)])
    assert set(linked(result).values()) <= {"template_only"}


@pytest.mark.parametrize("form", ["text", "one line", "html"])
def test_two_stubs_under_one_navigation_stay_apart(form):
    """T03."""
    stubs = [" ".join(sentence(seed * 10 + n, 13) for n in range(3)) for seed in (5, 6)]
    if form == "html":
        pages = [{"id": seed, "html": as_page(stub, title="News", ratio=15)} for seed, stub in enumerate(stubs)]
    else:
        menu = chrome(9, 600) if form == "text" else chrome(9, 600).replace("\n", " | ")
        pages = [{"id": seed, "text": f"{stub}\n\n{menu}"} for seed, stub in enumerate(stubs)]
    assert sorted(clusters(pages)) == [(0,), (1,)]


def test_one_consent_notice_on_fifty_pages_ties_nothing():
    """T04."""
    pages = [(f"page{seed}", f"{story(100 + seed, 3)}\n\n{CONSENT}") for seed in range(50)]
    result = dedupe.cluster(pages)
    assert len(result.clusters) == 50
    assert result.links == ()


def test_one_consent_notice_below_two_short_notes_ties_nothing():
    """T04, where the note is shorter than the notice and no body can be told by its length."""
    notes = [(str(seed), f"{sentence(seed, 14)}\n{CONSENT}") for seed in (1, 2)]
    result = dedupe.cluster(notes)
    assert len(result.clusters) == 2
    assert result.links == ()
    assert all("cookies" not in body.text for body in result.documents)


APPEALS = (
    (
        "We need your help now more than ever. Your donation directly supports independent journalism. "
        "Please consider making a contribution today, it takes less than two minutes."
    ),
    (
        "If you value our reporting, please become a member today. Reader support keeps our journalism free, and every "
        "contribution, however big or small, makes a difference."
    ),
    (
        "Unlike many news organisations we have no paywall and no billionaire owner. We rely on readers like you. Support "
        "us from as little as one pound a month."
    ),
    (
        "Help us continue to tell the truth. Make a tax-deductible donation to our newsroom today and your gift will be "
        "matched by a generous donor."
    ),
)


@pytest.mark.parametrize("appeal", APPEALS)
def test_a_donation_appeal_ties_nothing(appeal):
    """T05."""
    result = dedupe.cluster([(str(seed), f"{story(200 + seed, 4)}\n\n{appeal}") for seed in range(6)])
    assert len(result.clusters) == 6
    assert result.links == ()


def test_a_comment_form_ties_nothing():
    """T06."""
    result = dedupe.cluster([(str(seed), f"{story(300 + seed, 3)}\n\n{COMMENT_FORM}") for seed in range(6)])
    assert len(result.clusters) == 6
    assert result.links == ()


def test_what_is_printed_twice_is_counted_once():
    """T07."""
    body, headline = story(7), headlines(7, 1)[0]
    pull_quote = body.split("\n\n")[2]
    twice = f"{headline}\n\n{headline}\n\n{body}\n\n{pull_quote}"
    pair = dedupe.compare(("a", twice), ("b", f"{headline}\n\n{body}"))
    assert pair.coverage.larger() <= 1.0
    assert pair.similarity <= 1.0
    assert pair.relation.text in MERGING


def test_a_paywall_stub_is_an_abridged_copy():
    """T08."""
    body = story(8)
    stub = "\n\n".join(body.split("\n\n")[:4])
    result = dedupe.cluster([("full", body), ("stub", stub)])
    assert [(cluster.members, cluster.kind) for cluster in result.clusters] == [(("full", "stub"), "abridged")]
    assert result.pair("full", "stub").relation.text == "abridged"


QUOTING = "\n\nComments\n" + "".join(
    f"reader{number} says:\nJanuary {number + 10}, 2022 at 9:14 am\n“{{{number}}}”\nThis is what they always say, and I do "
    "not believe a word of it.\n"
    for number in range(4)
)


def in_paragraphs(text):
    return "".join(f"<p>{line}</p>" for line in text.split("\n") if line)


@pytest.mark.parametrize("form", ["text", "html"])
def test_comments_that_quote_an_article_are_no_part_of_it(form):
    """T09: below the article that they quote, and below another one."""
    article, other = story(14), story(15)
    thread = QUOTING.format(*article.split("\n\n")[2:6])
    pages = []
    for name, body, comments in (("article", article, ""), ("commented", article, thread), ("other", other, thread)):
        page = (
            f"<html><body><article><h1>News</h1>{in_paragraphs(body)}</article>"
            f'<div id="comments">{in_paragraphs(comments)}</div></body></html>'
        )
        pages.append({"id": name, form: page if form == "html" else body + comments})
    result = dedupe.cluster(pages)
    assert sorted(cluster.members for cluster in result.clusters) == [("article", "commented"), ("other",)]
    assert result.links == ()


def test_every_variant_of_a_page_is_one_text():
    """T10: on the desk, as AMP, on a weblog, printed, minified, in divisions, in a table."""
    body = story(16).split("\n\n")
    article = Article(1, ["Harbour News"], "Ferry turned back by ice on Monday", body, ["Contact us"])
    pages = [{"id": name, "html": wrap(article)} for name, wrap in WRAPPINGS.items()]
    printed = "<html><body><pre>" + "\n\n".join([article.headline, *body]) + "</pre></body></html>"
    pages += [{"id": "printed", "html": printed}, {"id": "text", "text": "\n\n".join(body)}]
    assert [len(members) for members in clusters(pages)] == [len(WRAPPINGS) + 2]


def test_the_pages_of_a_long_article_are_tied_to_it_and_not_to_each_other():
    """T11: three pages and the article on one; whether a page joins its cluster goes by how much of it that page is."""
    parts = story(17, 12).split("\n\n")
    pages = {f"page {n + 1}": "\n\n".join([*parts[4 * n : 4 * n + 4], f"Page {n + 1} of 3"]) for n in range(3)}
    result = dedupe.cluster([*pages.items(), ("whole", "\n\n".join(parts))])
    for name in pages:
        assert result.pair(name, "whole").relation.text in {"abridged", "contained"}
        together = result.cluster_of(name) is result.cluster_of("whole")
        assert together or (name, "whole") in linked(result)
    among = {pair.relation.text for pair in result.pairs if "whole" not in (pair.a, pair.b)}
    assert among <= {"none"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("\n\n", "\r\n\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace(" the ", " the\u00a0"),
        lambda text: "\u00ad".join(text[i : i + 7] for i in range(0, len(text), 7)),
        lambda text: "\u200b".join(text[i : i + 9] for i in range(0, len(text), 9)),
        lambda text: text.replace("fi", "ﬁ").replace("fl", "ﬂ"),
        lambda text: "".join(chr(0xFF21 + ord(c) - 65) if "A" <= c <= "Z" else c for c in text),
        lambda text: "\u202e".join(text.split("\n")),
        lambda text: text.upper(),
        lambda text: unicodedata.normalize("NFD", text.replace("e", "é")),
        lambda text: text.replace("e", "é\ufe0f"),
    ],
    ids=[
        "crlf",
        "bom",
        "nbsp",
        "soft hyphens",
        "zero width",
        "ligatures",
        "full width",
        "bidi",
        "capitals",
        "decomposed",
        "variation selectors",
    ],
)
def test_the_form_of_the_letters_does_not_matter(damage):
    """T29 and T30."""
    body = story(9).replace("ba", "fi")
    damaged = damage(body)
    if "é" in unicodedata.normalize("NFC", damaged):
        body = body.replace("e", "é")
    pair = dedupe.compare(("a", body), ("b", damaged))
    assert pair.relation.text == "identical"


ACCENTED = (
    "Le président a déclaré que l’été était déjà passé à Paris, « très » tôt selon l’agence. Il n’a pas précisé où "
    "l’assemblée générale se réunirait, ni à quelle date. À Đà Nẵng, thành phố đã gặp Tổng thống. Žižkov, Łódź, Škoda – 10 €."
)


@pytest.mark.parametrize("form", ["text", "page in bytes", "page"])
def test_a_page_that_was_encoded_twice_equals_its_sound_copy(form):
    """T29, mojibake: UTF-8 taken for windows-1252, as databases and feeds deliver it."""
    sound = ACCENTED if form == "text" else f"<html><body><article><p>{ACCENTED}</p></article></body></html>"
    undefined = b"\x81\x8d\x8f\x90\x9d"
    broken = "".join(bytes([b]).decode("latin-1" if b in undefined else "cp1252") for b in sound.encode())
    assert "Ã©" in broken
    document = (
        dedupe.Document(id="a", html=broken) if form == "page" else dedupe.Document(id="a", content=broken.encode())
    )
    body = dedupe.extract(document)
    assert body.text == ACCENTED
    assert "encoded twice" in body.warnings[0]
    assert dedupe.compare(document, ("b", ACCENTED)).relation.text == "identical"


def test_accents_that_only_look_encoded_twice_stay_as_they_are():
    words = "RENÉ’S, «MAÇÃ», ÀÉ». The sign Ã© stood where é belongs, and â€™ for an apostrophe. " + ACCENTED
    for text in (words, "One Ã© and one â€™ are somebody's example."):
        assert dedupe.extract(text.encode()).text == text


def test_curly_and_straight_quotation_marks_are_one():
    """T29."""
    curly = story(10) + " “It’s done,” she said."
    straight = curly.replace("“", '"').replace("”", '"').replace("’", "'")
    assert dedupe.compare(("a", curly), ("b", straight)).relation.text == "identical"


@pytest.mark.parametrize(("share", "least"), [(0.01, 0.85), (0.03, 0.6), (0.05, 0.5)])
def test_scanner_noise_lowers_similarity_but_keeps_the_copy(share, least):
    """T30: at 5 % damaged letters one word in four is another word."""
    body = story(11, 10)
    pair = dedupe.compare(("a", body), ("b", noisy(body, share, 3)))
    assert pair.similarity >= least
    assert pair.relation.text in {*MERGING, "partial", "contained"}


def test_at_a_tenth_of_the_letters_damaged_the_words_are_gone():
    """T30, the limit: no word-based method finds this copy, and none may pretend to."""
    body = story(12, 10)
    assert dedupe.compare(("a", body), ("b", noisy(body, 0.10, 3))).similarity < 0.5


def test_one_page_extracted_six_times_gives_six_equal_bodies():
    """T31."""
    page = as_page(story(13), title="Again and again")
    bodies = [dedupe.extract(dedupe.Document(id="x", html=page)) for _ in range(6)]
    assert all(body == bodies[0] for body in bodies)
    assert len(bodies[0].text) > 1000
