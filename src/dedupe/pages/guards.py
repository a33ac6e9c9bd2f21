"""What is looked at before a parser may see a page: one linear scan, each guard with a name.

lxml and trafilatura lose text without a word (an article nested 254 deep, a lone surrogate) or take minutes
(100,000 short paragraphs, 100,000 attributes on one tag). Every one of these shows in a count that costs a
fraction of a millisecond. A page that trips a guard is not refused: it is read by :mod:`dedupe.pages.strip`, which is
linear in any input, and the body says which guard fired. Only size refuses.
"""

import re
from dataclasses import dataclass

from dedupe import _kernels

MAX_TAGS = 30_000
"""``<`` in a page without its scripts. Real news pages have 2,000 to 6,000; 100,000
paragraphs cost trafilatura 50 s."""
MAX_TAG_CHARS = 100_000
"""Longest single tag. 100,000 attributes on one tag cost lxml 40 s; inline images reach tens of thousands."""
MAX_TAG_ATTRIBUTES = 2_000
"""Attributes of one tag; their number is what makes a long tag slow, lxml's cost is quadratic in it."""
MAX_DEPTH = 200
"""Open elements at once. libxml2 drops what lies deeper than 255."""
MAX_TEXT_NODE = 5_000_000
"""Longest text between two tags. libxml2 refuses a text node of 10 million bytes, and the page with it."""
MAX_COMBINING = 30
"""Longest run of combining marks that is kept: the stream-safe limit of Unicode Annex 15, section 13."""
MAX_JSON_LD = 200_000
"""Longest JSON-LD script that is kept. Real ones are a few kB; parsing 3 MB takes 600 MB of memory."""

MAX_HEAD = 300_000
"""Characters in which a page's head must end to be read where the page itself must not be parsed."""

_COMBINING = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0670\u06d6-\u06dc\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)
_COMBINING_RUN = re.compile(f"({_COMBINING}{{{MAX_COMBINING}}}){_COMBINING}+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)")
_RAW = re.compile(r"<(?:(!--)|(script|style)\b([^<>]*)>)", re.IGNORECASE)
_RAW_END = {name: re.compile(f"</{name}\\b[^<>]*>?", re.IGNORECASE) for name in ("script", "style")}
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_HEAD_END = re.compile(r"</head\b|<body\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^<>]{4000,}")

_VOID = "area base br col embed hr img input link meta param source track wbr"
_CLOSED_BY_THE_NEXT = "p li dt dd option optgroup tr td th thead tbody tfoot colgroup html head body"
_UNNESTED = frozenset(f"{_VOID} {_CLOSED_BY_THE_NEXT}".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A page made safe to parse.

    Attributes:
        html: The page without scripts, styles, comments and characters that a parser chokes on.
        tripped: Name of the guard that forbids parsing (``"nesting 412 deep, limit 200"``); empty where none does.
        warnings: What was taken out that a reader should know of.
    """

    html: str
    tripped: str
    warnings: tuple[str, ...]


def guard(html: str) -> Guarded:
    """Clean a page's characters, drop its scripts and say whether a parser may have it.  Linear in its length."""
    html, warnings = safe_characters(html)
    html = _XML_FORBIDDEN.sub(" ", html)
    html, dropped = without_scripts(html)
    if "<![CDATA[" in html:  # feeds; a parser of HTML would drop all up to the next ">", which is the first paragraph's
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    if dropped:
        warnings += (f"{dropped} characters of JSON-LD ignored, limit {MAX_JSON_LD}",)
    return Guarded(html=html, tripped=tripped(html), warnings=warnings)


def safe_characters(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace lone surrogates one for one and cut runs of combining marks; say what was done.

    One lone surrogate makes lxml drop everything behind it; 64,000 combining marks take ``unicodedata.normalize`` 11 s.
    """
    if text.isascii() or _kernels.unmarked(text):
        return text, ()
    warnings: list[str] = []
    text, surrogates = _SURROGATE.subn("\ufffd", text)
    if surrogates:
        warnings.append(f"{surrogates} lone surrogates replaced")
    text, runs = _COMBINING_RUN.subn(r"\1", text)
    if runs:
        warnings.append(f"{runs} runs of more than {MAX_COMBINING} combining marks cut")
    return text, tuple(warnings)


def without_scripts(html: str) -> tuple[str, int]:
    """Remove comments, styles and scripts other than JSON-LD of sensible size.

    Written without regular expressions that look ahead for an end, so that a million unclosed comments cost no more
    than one: what is never closed loses its opening tag only, and its text is kept.

    Returns:
        The page, and how many characters of JSON-LD were too many.
    """
    kept: list[str] = []
    unclosed: set[str] = set()
    position = dropped = 0
    while found := _RAW.search(html, position):
        kept.append(html[position : found.start()])
        name = (found[2] or "!--").lower()
        end = _end_of(html, found.end(), name) if name not in unclosed else -1
        if end < 0:
            unclosed.add(name)
            position = found.end()
            continue
        if name == "script" and "ld+json" in found[3].lower():
            if end - found.start() <= MAX_JSON_LD:
                kept.append(html[found.start() : end])
            else:
                dropped += end - found.start()
        else:
            kept.append(" ")
        position = end
    kept.append(html[position:])
    return "".join(kept), dropped


def _end_of(html: str, start: int, name: str) -> int:
    """Return where the comment, script or style that was opened ends; -1 where it never does."""
    if name == "!--":
        end = html.find("-->", max(start - 2, 0))  # <!--> is a whole comment
        return end + 3 if end >= 0 else -1
    found = _RAW_END[name].search(html, start)
    return found.end() if found else -1


def tripped(html: str) -> str:
    """Name the guard that forbids parsing this page, or return an empty string."""
    tags = html.count("<")
    if tags > MAX_TAGS:
        return f"{tags} tags, limit {MAX_TAGS}"
    for found in _LONG_TAG.finditer(html):
        length, attributes = found.end() - found.start(), len(_QUOTED.sub("", found[0]).split())
        if length > MAX_TAG_CHARS or attributes > MAX_TAG_ATTRIBUTES:
            return f"a tag of {length} characters and about {attributes} attributes"
    text = longest_text(html)
    if text > MAX_TEXT_NODE:
        return f"a text of {text} characters without a tag, limit {MAX_TEXT_NODE}"
    nested = depth(html)
    return f"nesting {nested} deep, limit {MAX_DEPTH}" if nested > MAX_DEPTH else ""


def safe_head(html: str) -> str:
    """Return the head of a page that must not be parsed, if the head alone may be; else an empty string.

    The traps of a page stand in its body; its title, date and canonical address do not.
    """
    end = _HEAD_END.search(html, 0, MAX_HEAD)
    head = html[: end.start()] if end else ""
    return "" if tripped(head) else head


def longest_text(html: str) -> int:
    """Return the length of the longest stretch between two tags."""
    if len(html) <= MAX_TEXT_NODE:
        return 0
    position = longest = 0
    while (found := html.find("<", position)) >= 0:
        longest = max(longest, found - position)
        position = found + 1
    return max(longest, len(html) - position)


def depth(html: str) -> int:
    """Estimate how many elements are open at once at most; elements that close themselves do not count.

    Counted per name, so that a stray ``</div>`` cannot hide a deep stack of ``<span>``.
    """
    if html.count("<") <= MAX_DEPTH:
        return 0
    opened: dict[str, int] = {}
    now = deepest = 0
    for slash, name, rest in _TAG.findall(html):
        tag = name.lower()
        if tag in _UNNESTED or rest.endswith("/"):
            continue
        count = opened.get(tag, 0)
        if not slash:
            opened[tag] = count + 1
            now += 1
            deepest = max(deepest, now)
        elif count:
            opened[tag] = count - 1
            now -= 1
    return deepest
