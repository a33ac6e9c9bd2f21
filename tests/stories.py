"""Made-up news prose: sentences that no two stories share, chrome that many pages share, and ways to damage a copy."""

import random

from dedupe.records import Document

DAM = "The dam above the valley held through the night, the governor said, and people may go home on Sunday."
FERRY = "The ferry was turned back on Monday after its pilot reported thick ice on both sides of the channel."
FIRE = "Firefighters needed six hours to put out the blaze in the old sugar mill, where nobody had worked for years."

_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
    "bra",
    "cle",
    "dri",
    "flo",
    "gra",
    "ple",
    "pri",
    "sta",
    "tro",
]
_GLUE = [
    "the",
    "of",
    "in",
    "to",
    "and",
    "a",
    "for",
    "on",
    "with",
    "by",
    "from",
    "at",
    "as",
    "was",
    "is",
    "that",
    "had",
    "has",
    "were",
]

NAVIGATION = ("Home", "World", "Politics", "Business", "Opinion", "Sport", "Culture", "Subscribe", "Sign in")
CONSENT = (
    "We and our partners store cookies on your device to personalise content and to measure how our site is used. "
    "You can change your privacy preferences at any time. To learn more, please view our Cookie Policy."
)
COMMENT_FORM = "Leave a Reply\n\nYour email address will not be published. Required fields are marked *"


def words(count: int, seed: int) -> list[str]:
    """Return made-up words with the usual small words between them."""
    rng = random.Random(seed)
    return [
        rng.choice(_GLUE) if rng.random() < 0.35 else "".join(rng.choices(_SYLLABLES, k=rng.choice((2, 2, 3))))
        for _ in range(count)
    ]


def sentence(seed: int, length: int | None = None) -> str:
    """Return one sentence of running text."""
    rng = random.Random(seed)
    return " ".join(words(length or rng.randint(11, 24), seed * 31 + 7)).capitalize() + "."


def sentences(seed: int, count: int) -> list[str]:
    return [sentence(seed * 1000 + number) for number in range(count)]


def story(seed: int, paragraphs: int = 8) -> str:
    """Return an article of that many paragraphs, about 50 words each; other seeds share no run of words with it."""
    lines = sentences(seed, paragraphs * 3)
    return "\n\n".join(" ".join(lines[start : start + 3]) for start in range(0, len(lines), 3))


def headlines(seed: int, count: int) -> list[str]:
    """Return related headlines: a line each, no full stop."""
    return [" ".join(words(9, seed * 500 + number)).title() for number in range(count)]


def chrome(seed: int, tokens: int) -> str:
    """Return about that many words of related headlines, as a page dump shows them."""
    return "\n".join(headlines(seed, max(1, tokens // 9)))


def in_chrome(body: str, ratio: float, where: str, seed: int = 77) -> str:
    """Put a body into ``ratio`` times its length of chrome: before, after, or every third paragraph."""
    furniture = chrome(seed, int(len(body.split()) * ratio)).split("\n")
    if where == "before":
        return "\n".join(furniture) + "\n\n" + body
    if where == "after":
        return body + "\n\nRelated Articles\n\n" + "\n".join(furniture)
    paragraphs = body.split("\n\n")
    slots = [index for index in range(len(paragraphs)) if index % 3 == 2] or [len(paragraphs) - 1]
    share = -(-len(furniture) // len(slots))
    for turn, slot in enumerate(slots):
        paragraphs[slot] += "\n\n" + "\n".join(furniture[turn * share : (turn + 1) * share])
    return "\n\n".join(paragraphs)


def as_page(body: str, *, title: str, ratio: float = 1.0, seed: int = 77) -> str:
    """Wrap a body in the HTML of a news site with ``ratio`` times its length of navigation and related links."""
    links = headlines(seed, max(1, int(len(body.split()) * ratio) // 9))
    menu = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in NAVIGATION)
    related = "".join(f'<li><a href="/{number}">{line}</a></li>' for number, line in enumerate(links))
    paragraphs = "".join(f"<p>{paragraph}</p>\n" for paragraph in body.split("\n\n"))
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>"
        f"<header><nav><ul>{menu}</ul></nav></header><main><article><h1>{title}</h1>\n{paragraphs}</article></main>"
        f"<aside><h2>Related Articles</h2><ul>{related}</ul></aside><footer><p>{CONSENT}</p></footer></body></html>"
    )


def noisy(text: str, share: float, seed: int) -> str:
    """Damage that share of the letters, as a scanner would."""
    rng = random.Random(seed)
    return "".join(
        rng.choice("abcdefghijklmnopqrstuvwxyz") if letter.isalpha() and rng.random() < share else letter
        for letter in text
    )


def corpus(count=60, seed=3):
    """Stories, and copies of some of them: whole, retouched, cut, and put among others."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        if made and rng.random() < 0.5:
            text = rng.choice(made).text
            kind = rng.randrange(4)
            if kind == 1:
                text = text.replace(" and ", " or ", 2)
            elif kind == 2:
                text = text[: 2 * len(text) // 3]
            elif kind == 3:
                text = f"{story(1_000 + number)}\n\n{story(2_000 + number)}\n\n{text}"
        else:
            text = story(number)
        made.append(Document(id=f"d{number:03}", text=text, url=f"https://site{number % 7}.example/{number}"))
    rng.shuffle(made)
    return made
