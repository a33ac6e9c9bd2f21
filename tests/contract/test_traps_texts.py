"""Traps of shared words that are not copying, and of texts too small or too strange to compare."""

import time

import pytest

import dedupe
from dedupe.records import MERGING
from dedupe.text.tokens import tokenize
from stories import headlines, sentence, sentences, story

QUOTE = (
    "“We will not rest until every family in this valley has a roof, and we will not accept that the money which was "
    "promised in spring should arrive in winter, because a promise that comes too late is no promise at all, and the "
    "people who stand here tonight in the rain know the difference between a plan and a house, between a speech and a "
    "door that closes against the wind, and they will remember who came and who only called.”"
)


def relation(left, right, **options):
    return dedupe.compare({"id": "a"} | left, {"id": "b"} | right, **options).relation


def test_the_same_quotation_in_two_reports_is_no_copying():
    """T13."""
    result = dedupe.cluster([("one", f"{story(21, 5)}\n\n{QUOTE}"), ("two", f"{QUOTE}\n\n{story(22, 5)}")])
    assert len(result.clusters) == 2
    assert [link.relation.text for link in result.links] == ["quotes_only"]


def test_a_quotation_is_one_though_nobody_in_it_says_i(kernel):
    """T13: only the marks show it, and only on one of both pages."""
    said = sentences(98, 4)
    one = f"{story(96, 5)}\n\n“{' '.join(said)}”"
    two = f"{' '.join(said)}\n\n{story(97, 5)}"
    pair = dedupe.compare(("one", one), ("two", two))
    assert [passage.kind for passage in pair.passages] == ["quote"]
    assert pair.relation.text == "quotes_only"


def test_an_official_statement_whole_inside_two_reports_links_them():
    """T14."""
    statement = " ".join(sentences(23, 6))
    one = f"{story(24, 5)}\n\n{statement}\n\n{story(25, 2)}"
    two = f"{story(26, 4)}\n\n{statement}"
    result = dedupe.cluster([("one", one), ("two", two)])
    assert len(result.clusters) == 2
    assert [link.relation.text for link in result.links] == ["partial"]


def test_a_list_with_arabic_commas_is_a_list(kernel):
    """T15."""
    countries = "الأرجنتين، بلجيكا، تشيلي، الدنمارك، مصر، فنلندا، غانا، هندوراس، أيرلندا، اليابان، كينيا، لاتفيا، المكسيك، النرويج، عمان، بيرو"
    pair = dedupe.compare(("a", f"{story(27, 4)}\n\n{countries}."), ("b", f"{story(28, 4)}\n\n{countries}."))
    assert {passage.kind for passage in pair.passages} == {"list"}
    assert pair.relation.text == "template_only"


def test_a_list_in_two_articles_is_a_list():
    """T15."""
    countries = (
        "Argentina, Belgium, Chile, Denmark, Egypt, France, Ghana, Hungary, India, Japan, Kenya, Laos, Mexico, Norway, "
        "Oman, Peru, Qatar, Romania, Spain, Togo, Uganda, Vietnam, Yemen, Zambia"
    )
    pair = dedupe.compare(("a", f"{story(27, 4)}\n\n{countries}."), ("b", f"{story(28, 4)}\n\n{countries}."))
    assert {passage.kind for passage in pair.passages} == {"list"}
    assert pair.relation.text == "template_only"


def test_a_corrected_toll_is_a_version_and_not_the_same_text():
    """T20."""
    versions = [
        {
            "id": toll,
            "url": f"https://news.example/story?v={toll}",
            "text": f"The toll has risen to {toll} in the valley, officials said.\n\n{story(30, 6)}",
        }
        for toll in (12, 19)
    ]
    result = dedupe.cluster(versions)
    assert len(result.clusters) == 1
    pair = result.pair(12, 19)
    assert (pair.relation.text, pair.relation.editorial) == ("near_identical", "revision")
    assert pair.similarity < 1.0


def test_sentences_in_another_order_are_reordered():
    """T36."""
    lines = sentences(31, 24)
    shuffled = lines[18:] + lines[6:12] + lines[12:18] + lines[:6]
    assert relation({"text": " ".join(lines)}, {"text": " ".join(shuffled)}).text == "reordered"


@pytest.mark.parametrize("text", ["", "   \n ", "cat", "dog", "cat dog", "one two three four five six"])
def test_what_is_too_short_to_compare_matches_nothing(text):
    """T32."""
    result = dedupe.cluster([(number, text) for number in range(5)])
    assert all(len(cluster.members) == 1 for cluster in result.clusters)
    assert len(result.clusters) + len(result.skipped) == result.seen == 5


@pytest.mark.parametrize("other", ["cat dog", "one two three four five six seven eight nine", story(71, 2)])
def test_what_is_too_short_to_compare_is_no_copy_when_it_is_compared_all_the_same(other):
    """T32: ``compare`` and ``explain`` say what ``cluster`` said."""
    tiny = " ".join(other.split()[:9])
    result = dedupe.cluster([("a", tiny), ("b", other)])
    assert len(result.clusters) == 2
    for pair in (result.pair("a", "b"), dedupe.compare(("a", tiny), ("b", other))):
        assert pair.relation.text == "none"
        words = len(tiny.split())
        assert pair.relation.why == f"{words} words of body text; fewer than 10 are never compared"
        assert (pair.relation.decided_by, pair.relation.value, pair.relation.limit) == ("tokens", words, 10)
        assert "min_tokens" in result.explain("a", "b")
    asked = dedupe.Config(min_tokens=2)
    assert dedupe.compare(("a", tiny), ("b", tiny), config=asked).relation.text == "identical"


@pytest.mark.parametrize("text", ["", "x"], ids=["empty", "one word"])
def test_a_thousand_tiny_documents_form_no_cluster(text):
    result = dedupe.cluster([(number, text) for number in range(1000)])
    assert all(len(cluster.members) == 1 for cluster in result.clusters)
    assert len(result.documents) + len(result.skipped) == 1000


def test_three_hundred_identical_copies_are_one_cluster_and_linear_work():
    """T25."""
    body = story(32, 4)
    result = dedupe.cluster([(number, body) for number in range(300)])
    assert [len(cluster.members) for cluster in result.clusters] == [300]
    assert len(result.pairs) == 299
    assert result.overflows == ()


def test_one_word_a_million_times_costs_no_more_than_a_long_text():
    """T49: every shingle, fingerprint and seed of these texts is the same one."""
    before = time.process_time()
    documents = [("a", "word " * 1_000_000), ("b", "word " * 999_000), ("c", "a b " * 300_000), ("d", story(33, 4))]
    result = dedupe.cluster([*documents, ("e", f"{'ha ' * 200_000}{documents[3][1]}")])
    assert time.process_time() - before < 20  # about two seconds; quadratic work would take hours
    assert {("a", "b"), ("c",)} < {cluster.members for cluster in result.clusters}
    assert result.pair("d", "e").relation.text in {"contained", "abridged"}


def test_a_sentence_shared_by_thousands_ties_none_of_them_into_one_text():
    """T49: its postings are cut and the cut is reported; the copy among them is still found."""
    shared = sentence(99, 24)
    documents = [(number, f"{story(5_000 + number, 2)}\n\n{shared}") for number in range(1_000)]
    before = time.process_time()
    result = dedupe.cluster([*documents, (1_000, documents[7][1])])
    assert time.process_time() - before < 20  # half a second
    assert [cluster.members for cluster in result.clusters if len(cluster.members) > 1] == [(7, 1_000)]
    assert any(overflow.documents >= 1_000 for overflow in result.overflows)


def test_a_round_up_ties_no_siblings_together():
    """T22."""
    parts = {name: story(seed, 4) for name, seed in (("A", 41), ("B", 42), ("C", 43))}
    result = dedupe.cluster([*parts.items(), ("digest", "\n\n".join(parts.values()))])
    assert sorted(cluster.members for cluster in result.clusters) == [("A",), ("B",), ("C",), ("digest",)]
    assert {(link.a, link.b, link.relation.text, link.relation.editorial) for link in result.links} == {
        (name, "digest", "contained", "digest") for name in parts
    }


def test_the_whole_folder_in_one_file_swallows_nothing():
    """T50."""
    folder = {f"{number}": story(50 + number, 3) for number in range(8)}
    result = dedupe.cluster([*folder.items(), ("everything", "\n\n".join(folder.values()))])
    assert all(len(cluster.members) == 1 for cluster in result.clusters)
    assert len(result.links) == 8


def test_versions_that_drift_apart_are_never_hidden_in_one_text():
    """T21: ten versions, each changed in a seventh; the first and the last have little in common."""
    lines = sentences(60, 28)
    versions = {}
    for number in range(10):
        changed = [sentence(61_000 + i) if i < 4 * number else line for i, line in enumerate(lines)]
        versions[f"v{number}"] = " ".join(changed)
    result = dedupe.cluster(versions.items())
    home = {member: cluster for cluster in result.clusters for member in cluster.members}
    if home["v0"] is home["v9"]:
        assert home["v0"].kind == "version_chain"
        assert home["v0"].weakest[2] < 0.5
    assert sorted(member for cluster in result.clusters for member in cluster.members) == sorted(versions)


@pytest.mark.parametrize("count", [2, 5])
def test_every_document_is_accounted_for(count):
    documents = [("same", story(70)), ("tiny", "a b"), ("blank", " "), ("binary", b"\x00\x01\x02\xff" * 40)][:count]
    result = dedupe.cluster(documents)
    assert result.seen == len(documents) == len(result.documents) + len(result.skipped)
    assert all(entry.reason for entry in result.skipped)


SCRIPTS = {
    "chinese": "總統週三在首都會見了來訪的外交部長並討論兩國之間的貿易關係。雙方同意在明年春天之前簽署一項新的合作協議。",
    "japanese": "首相は水曜日に東京で外相と会談し、両国間の貿易関係について話し合った。双方は来春までに新しい協定に署名することで合意した。",
    "thai": "นายกรัฐมนตรีพบกับรัฐมนตรีต่างประเทศในวันพุธและหารือเกี่ยวกับความสัมพันธ์ทางการค้าระหว่างสองประเทศ",
    "khmer": "នាយករដ្ឋមន្ត្រីបានជួបជាមួយរដ្ឋមន្ត្រីការបរទេសនៅថ្ងៃពុធ ហើយបានពិភាក្សាអំពីទំនាក់ទំនងពាណិជ្ជកម្មរវាងប្រទេសទាំងពីរ",
    "lao": "ນາຍົກລັດຖະມົນຕີໄດ້ພົບກັບລັດຖະມົນຕີຕ່າງປະເທດໃນວັນພຸດ ແລະໄດ້ປຶກສາຫາລືກ່ຽວກັບການພົວພັນການຄ້າລະຫວ່າງສອງປະເທດ",
    "arabic": "التقى الرئيس يوم الأربعاء في العاصمة وزير الخارجية وبحث معه العلاقات التجارية بين البلدين واتفق الجانبان على توقيع اتفاق جديد",
    "arabic with its vowels": "اِلْتَقَى الرَّئِيسُ يَوْمَ الأَرْبِعَاءِ فِي العَاصِمَةِ وَزِيرَ الخَارِجِيَّةِ وَبَحَثَ مَعَهُ العَلَاقَاتِ التِّجَارِيَّةَ بَيْنَ البَلَدَيْنِ",
    "urdu": "صدر نے بدھ کو دارالحکومت میں وزیر خارجہ سے ملاقات کی اور دونوں ملکوں کے درمیان تجارتی تعلقات پر تبادلہ خیال کیا",
    "urdu with its vowels": "صَدر نے بُدھ کو دارُالحُکومت میں وَزیرِ خارِجہ سے مُلاقات کی اور دونوں مُلکوں کے درمِیان تِجارتی تعلُّقات پر تَبادلۂ خیال کیا",
    "hebrew": "ראש הממשלה נפגש ביום רביעי בבירה עם שר החוץ ודן עמו ביחסי הסחר בין שתי המדינות והצדדים הסכימו לחתום על הסכם חדש",
    "hindi": "प्रधानमंत्री ने बुधवार को राजधानी में विदेश मंत्री से मुलाकात की और दोनों देशों के बीच व्यापार संबंधों पर चर्चा की",
    "russian": "Президент в среду встретился в столице с министром иностранных дел и обсудил торговые отношения между двумя странами",
    "korean": "대통령은 수요일 수도에서 외무장관을 만나 양국 간 무역 관계를 논의했으며 양측은 내년 봄까지 새로운 협정에 서명하기로 합의했다",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_copies_are_found_in_every_script_and_strangers_are_not(script):
    """T33."""
    text, other = SCRIPTS[script], SCRIPTS["russian" if script != "russian" else "hebrew"]
    result = dedupe.cluster([("a", text), ("b", f"“{text}”"), ("c", other)])
    assert [cluster.members for cluster in result.clusters if len(cluster.members) > 1] == [("a", "b")]


@pytest.mark.parametrize("script", ["arabic with its vowels", "urdu with its vowels", "hindi"])
def test_a_mark_of_a_vowel_divides_no_word(script):
    """T33: a word is what stands between blanks, however many marks its letters carry."""
    text = SCRIPTS[script]
    assert [text[slice(*token.span)] for token in tokenize(text)] == text.split()


def test_a_mixed_language_page_is_two_texts_with_one_part_shared():
    """T34."""
    english, russian = story(80, 3), " ".join(f"{SCRIPTS['russian']}." for _ in range(1)) + " " + SCRIPTS["arabic"]
    assert relation({"text": english}, {"text": f"{english}\n\n{russian}"}).text in MERGING


def test_related_headlines_do_not_make_texts_related():
    lines = "\n".join(headlines(90, 30))
    result = dedupe.cluster(
        [(name, f"{story(seed, 4)}\n\nMost read\n\n{lines}") for name, seed in (("a", 91), ("b", 92))]
    )
    assert result.links == ()


def retold(text, every):
    """Put another word into every n-th place: phrases survive, passages do not."""
    return " ".join(f"zu{number}" if number % every == every - 1 else word for number, word in enumerate(text.split()))


def test_a_retold_text_is_linked_by_its_wording_and_not_merged():
    """T37: every fourth word is another, so of four three-word phrases one survives and no passage does."""
    text = story(95, 6)
    result = dedupe.cluster([("told", text), ("retold", retold(text, 4))])
    assert len(result.clusters) == 2
    assert [(link.relation.text, link.relation.decided_by) for link in result.links] == [("partial", "wording")]
    assert (
        dedupe.cluster([("told", text), ("retold", retold(text, 4))], config=dedupe.Config(wording=False)).links == ()
    )


def test_a_text_that_a_hundred_outlets_carry_is_still_linked_to_who_retold_it():
    """What all its copies say is no idiom: they are one text."""
    text = story(81, 8)
    carried = [(f"carried {number}", text) for number in range(120)]
    result = dedupe.cluster([*carried, ("retold", retold(text, 4))])
    assert len(result.clusters) == 2
    assert [link.relation.decided_by for link in result.links] == ["wording"]


@pytest.mark.parametrize(("shared", "text"), [(5, "none"), (6, "partial")])
def test_a_few_shared_phrases_are_idiom_in_short_texts(shared, text):
    """T37: five phrases may be a tenth of a short text and say nothing."""
    idioms = [f"{first}lo {first}ma {first}ni" for first in "bdfghk"[:shared]]
    one = " ".join(f"{idiom} a{number}x c{number}z" for number, idiom in enumerate(idioms))
    two = " ".join(f"{idiom} e{number}y i{number}w" for number, idiom in enumerate(reversed(idioms)))
    assert dedupe.compare(("one", one), ("two", two)).relation.text == text


def test_wording_that_stands_in_quotations_ties_nothing():
    quoted = [f"“{sentence(9600 + number, 7)}”" for number in range(12)]
    one = " ".join(f"{sentence(9700 + number)} {quote}" for number, quote in enumerate(quoted))
    two = " ".join(f"{sentence(9800 + number)} {quote}" for number, quote in enumerate(reversed(quoted)))
    assert dedupe.compare(("one", one), ("two", two)).relation.text in {"none", "quotes_only"}
