"""Where a text comes from, as lines for people: the answer, and the ledger that it rests on."""

from collections.abc import Iterator

from dedupe.records import Evidence, Origin
from dedupe.report.visible import shorten, visible

ENTRIES_SHOWN = 10
QUOTE_CHARS = 200
KINDS = {
    "republication": "says where it was first",
    "agency": "credits an agency",
    "dateline": "has an agency's dateline",
    "tracker": "carries a republication tracker",
    "is_based_on": "names what it is based on",
    "canonical": "names its canonical address",
    "original_source": "names its original source",
    "og_url": "gives another address as its own",
    "self_reference": "names an outlet that was spoken to",
    "lost_byline": "has a byline that another page lost",
    "lost_dateline": "has a dateline that another page lost",
    "lost_lead": "has a lead line that another page lost",
    "lost_caption": "has a caption that another page lost",
    "repaired_slip": "has a slip that another page repaired",
    "cut_from_end": "goes on where another page ends",
    "published": "appeared later than another page",
    "photo": "credits a picture",
    "contributed": "credits a share in the text",
}
"""What each kind of evidence is, said of the page that it was found in."""


def origin_lines(origin: Origin) -> Iterator[str]:
    """Yield the answer and then its entries, strongest first, unwrapped.

    Each entry says for or against whom it speaks and how much (natural log-odds), what was found where, and why that
    may mean less than it seems.
    """
    yield visible(origin.why)
    for entry in origin.evidence[:ENTRIES_SHOWN]:
        yield f"- {_entry(entry)}"
    if len(origin.evidence) > ENTRIES_SHOWN:
        yield f"- ... and {len(origin.evidence) - ENTRIES_SHOWN} more (--format json lists all)"


def _entry(entry: Evidence) -> str:
    """Write one line of the ledger."""
    side = "for" if entry.strength > 0 else "against" if entry.strength < 0 else "says nothing of"
    strength = f" ({entry.strength:+.1f})" if entry.strength else ""
    place = f" (characters {entry.span.start}-{entry.span.end})" if entry.span is not None else " (in its markup)"
    if entry.kind == "published":
        place = ""
    caveat = f"; but {visible(entry.caveat)}" if entry.caveat and entry.strength else ""
    quote = f"“{shorten(visible(entry.quote), QUOTE_CHARS)}”"
    found = KINDS.get(entry.kind, entry.kind)
    return f"{side} {visible(entry.supports)}{strength}: {visible(entry.document)} {found}: {quote}{place}{caveat}"
