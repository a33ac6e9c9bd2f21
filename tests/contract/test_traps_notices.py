"""Traps of notices: forms filled in with other facts, and equal words under headlines that name somebody else."""

import pytest

import dedupe
from stories import sentences, story


def relation(left, right, **options):
    return dedupe.compare({"id": "a"} | left, {"id": "b"} | right, **options).relation


WEATHER = (
    "Forecast for {0}: {1} with a high near {2} degrees and an overnight low of {3}. Winds from the {4} at {5} miles per "
    "hour with gusts up to {6}. The chance of rain is {7} percent in the morning and {8} percent after noon. Sunrise is at "
    "{9} and sunset at {10}. The pollen count stands at {11}."
)
QUAKE = (
    "A magnitude {0} earthquake struck {1} kilometers {2} of {3} at {4} on {5}, the geological survey said. The quake had a "
    "depth of {6} kilometers. It was felt by {7} people. No damage was reported and no tsunami warning was issued. "
    "In the past ten days there have been {8} earthquakes of magnitude 3.0 or greater centered nearby."
)


@pytest.mark.parametrize(
    ("form", "one", "two"),
    [
        (
            WEATHER,
            ("Dover", "cloudy", 71, 54, "west", 12, 25, 40, 60, "6:12", "7:48", 143),
            ("Milton", "sunny", 83, 61, "south", 7, 18, 5, 10, "6:15", "7:44", 98),
        ),
        (
            QUAKE,
            ("3.4", 5, "west", "Ridgecrest", "4:12 a.m.", "Monday", "7.2", 214, 3),
            ("4.1", 12, "east", "Lone Pine", "11:47 p.m.", "Friday", "2.9", 1033, 11),
        ),
    ],
    ids=["weather", "earthquake"],
)
def test_a_form_filled_in_twice_is_two_pieces_of_news(form, one, two):
    """T16."""
    result = dedupe.cluster([("one", form.format(*one)), ("two", form.format(*two))])
    assert len(result.clusters) == 2
    assert result.pair("one", "two").relation.text in {"template_only", "partial"}


NOTICES = {
    "arabic": (
        (
            "أعلن المركز الوطني للزلازل تسجيل هزة أرضية بقوة {} درجات على مقياس ريختر عند الساعة {} على بعد {} كيلومترا من مدينة {} "
            "وعلى عمق {} كيلومترات دون ورود أنباء عن أضرار وتلقى الدفاع المدني {} اتصالا من السكان."
        ),
        ("٤٫١", "٣:١٥", "٢٢", "السويس", "١٠", "٥٤"),
        ("٣٫٦", "٩:٤٠", "٧١", "العريش", "١٨", "١٢"),
    ),
    "persian": (
        (
            "مرکز لرزه نگاری کشور اعلام کرد زمین لرزه ای به بزرگی {} ریشتر ساعت {} در {} کیلومتری شهر {} و در عمق {} کیلومتری زمین "
            "رخ داد و تا کنون گزارشی از خسارت نرسیده است و {} نفر با هلال احمر تماس گرفتند."
        ),
        ("۴٫۲", "۶:۱۵", "۲۳", "طبس", "۱۰", "۱۱۲"),
        ("۵٫۱", "۲۲:۴۰", "۶۱", "بم", "۱۷", "۳۴۰"),
    ),
    "hindi": (
        (
            "राष्ट्रीय भूकंप केंद्र ने बताया कि {} तीव्रता का भूकंप सुबह {} बजे {} किलोमीटर दूर {} के पास {} किलोमीटर की गहराई पर आया "
            "और अब तक किसी नुकसान की सूचना नहीं है जबकि {} लोगों ने फोन किया।"
        ),
        ("४.१", "३:१५", "२२", "भुज", "१०", "५४"),
        ("३.६", "९:४०", "७१", "लेह", "१८", "१२"),
    ),
}


@pytest.mark.parametrize("language", NOTICES)
def test_a_form_is_a_form_in_the_digits_of_any_script(kernel, language):
    """T16 in languages that have digits of their own."""
    form, one, other = NOTICES[language]
    result = dedupe.cluster([("one", form.format(*one)), ("two", form.format(*other))])
    assert len(result.clusters) == 2
    assert result.pair("one", "two").relation.text == "template_only"


GOLD = "The gold price closed at {} dollars an ounce on {} in London after a fall of {} percent, with trading volume at {} lots."
ARRESTS = "Police said {} people were arrested and {} injured in the protest in the capital on Sunday, among them {} officers."


@pytest.mark.parametrize("ahead", ["", "{} GMT: "], ids=["", "a figure ahead"])
def test_a_notice_of_one_sentence_with_a_figure_at_its_end_is_another_piece_of_news(ahead):
    """T16: behind the last figure there is no room for a passage."""
    one, two = (
        (ahead.format(hour) + GOLD).format(*figures)
        for hour, figures in ((17, (1840, "Tuesday", 1.2, 233)), (18, (1795, "Tuesday", 0.4, 180)))
    )
    result = dedupe.cluster([("one", one), ("two", two)])
    assert len(result.clusters) == 2
    assert result.pair("one", "two").relation.text == "template_only"


def test_a_sentence_of_which_one_figure_was_corrected_is_one_piece_of_news():
    """The other side of T16."""
    assert relation({"text": ARRESTS.format(12, 4, 2)}, {"text": ARRESTS.format(13, 4, 2)}).text == "near_identical"


def test_equal_notices_under_headlines_that_name_other_companies_are_apart():
    """T16: the bodies are equal, only the headline says whose dividend it is."""
    body = (
        "The board of directors has declared a regular quarterly cash dividend of 0.25 per share, payable on the first day "
        "of June to shareholders of record at the close of business on the fifteenth day of May."
    )
    pages = [
        {"id": name, "title": f"{name} declares regular quarterly dividend", "text": body}
        for name in ("Acme", "Globex")
    ]
    result = dedupe.cluster(pages)
    assert len(result.clusters) == 2
    assert result.links == ()
    assert result.pair("Acme", "Globex").relation.text == "template_only"
    assert "acme" in result.pair("Acme", "Globex").relation.why
    assert {passage.kind for passage in result.pair("Acme", "Globex").passages} == {"template"}


def test_one_notice_under_a_reworded_headline_is_one_notice():
    """The other side of T16: outlets reword headlines, and the words stand in the text."""
    body = story(29, 3)
    subject = body.split()[3]
    pages = [
        {"id": "a", "title": f"{subject} hit by storm", "text": body},
        {"id": "b", "title": f"Storm reaches {subject}", "text": body},
    ]
    assert len(dedupe.cluster(pages).clusters) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fed hikes rates by a quarter point", "Fed raises rates by a quarter point"),
        ("UPDATE 1-Fed raises rates again", "UPDATE 2-Fed raises rates again"),
        ("Exklusiv: Die Bahn streicht Züge", "Aktuell: Die Bahn streicht Züge"),
    ],
)
def test_one_story_under_headlines_that_outlets_make_is_one_story(one, other):
    """The other side of T16: a story says itself what it is about, whatever stands above it."""
    body = story(34, 5)
    result = dedupe.cluster([{"id": "a", "title": one, "text": body}, {"id": "b", "title": other, "text": body}])
    assert [(cluster.members, cluster.kind) for cluster in result.clusters] == [(("a", "b"), "identical")]


@pytest.mark.parametrize("between", [" - ", " | ", " – ", " :: "])
def test_one_brief_under_the_names_of_two_outlets_is_one_brief(between):
    """The other side of T16: titles of pages end with the name of the outlet."""
    body = " ".join(sentences(35, 3))
    titles = [f"Ferry turned back by ice{between}{outlet}" for outlet in ("CNN", "Fox News")]
    result = dedupe.cluster([{"id": title, "title": title, "text": body} for title in titles])
    assert [cluster.kind for cluster in result.clusters] == ["identical"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Präsident der Handelskammer tritt am Montag ab", "Pra\u0308sident der Handelskammer tritt am Montag ab"),
        ("Präsident der Handelskammer tritt am Montag ab", "Präsident der Handels\u00adkammer tritt am Montag ab"),
        ("Chief of the chamber left his office on Monday", "Chief of the chamber left his o\ufb03ce on Monday"),
    ],
    ids=["decomposed", "soft hyphen", "ligature"],
)
def test_one_notice_under_one_headline_in_other_letters_is_one_notice(one, other):
    """T16 and T29: a headline is read as the texts are."""
    body = " ".join(sentences(33, 5))
    result = dedupe.cluster([{"id": "a", "title": one, "text": body}, {"id": "b", "title": other, "text": body}])
    assert [cluster.members for cluster in result.clusters] == [("a", "b")]


def test_equal_notices_of_other_companies_are_apart_in_scripts_without_spaces():
    """T16: a headline in Han is no single word."""
    body = "董事会宣布派发定期季度现金股息每股零点二五元，将于六月一日支付给五月十五日收市时登记在册的股东。"
    titles = ("阿里巴巴宣布定期季度现金股息", "腾讯宣布定期季度现金股息")
    result = dedupe.cluster([{"id": title, "title": title, "text": body} for title in titles])
    assert len(result.clusters) == 2
    assert "“腾讯” against “阿里巴巴”" in result.pair(*titles).relation.why


OBITUARY = (
    "{0}, {1}, of {2}, died {3} at {4}. Visitation will be held from {5} to {6} p.m. {7} at the Bell Funeral Home, with "
    "services at {8} a.m. {9} at the church. Burial will follow in the family plot. In lieu of flowers, memorials may be "
    "made to the hospice. The Bell Funeral Home of Salem is in charge of arrangements."
)
QUARTER = (
    "Northwind reported {0} results on {1}. Revenue was ${2} million, compared with ${3} million in the prior-year period. "
    "Net income was ${4} million, or ${5} per diluted share. Operating margin was {6} percent. The company ended the "
    "quarter with ${7} million in cash and expects full-year revenue of about ${8} million. A conference call will be held "
    "today at 5 p.m. Eastern time and will be available on the investor relations website."
)


@pytest.mark.parametrize(
    ("form", "one", "two"),
    [
        (
            OBITUARY,
            ("Mary Keller", 84, "Salem", "March 3", "Mercy Hospital", 4, 7, "Thursday", 10, "Friday"),
            ("Harold Pruitt", 71, "Dover", "March 8", "his home", 5, 8, "Wednesday", 11, "Thursday"),
        ),
        (
            QUARTER,
            ("first-quarter", "April 24", 412, 388, 51, "0.62", 14.2, 230, 1650),
            ("second-quarter", "July 25", 431, 399, 57, "0.69", 15.1, 251, 1690),
        ),
    ],
    ids=["obituary", "quarter"],
)
def test_who_died_and_what_was_earned_is_news_of_its_own(kernel, form, one, two):
    """T17, T19."""
    result = dedupe.cluster([("one", form.format(*one)), ("two", form.format(*two))])
    assert len(result.clusters) == 2
    assert result.pair("one", "two").relation.text == "template_only"


def test_what_a_company_says_of_itself_below_two_releases_merges_nothing():
    """T18."""
    about = (
        "About Northwind Energy. Northwind Energy is a leading developer of offshore wind farms with more than 4,000 "
        "employees in twelve countries. The company is listed in London and has delivered ninety projects since 1994."
    )
    result = dedupe.cluster([(name, f"{story(seed, 4)}\n\n{about}") for name, seed in (("one", 43), ("two", 44))])
    assert len(result.clusters) == 2
    assert [link.relation.text for link in result.links] == ["partial"]
