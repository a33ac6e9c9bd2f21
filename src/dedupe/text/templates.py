"""Template text of a site: lines that stand on many of its pages under different stories.

A subscription pitch, a gallery of captions, the note about a correspondent: prose to every reader, and no part of the
story. One host's lines are counted once per *story*, so that one article at two thousand addresses, or revised twenty
times, never becomes its own boilerplate.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import xxhash

from dedupe.records import Body, Line, Span
from dedupe.text.chrome import body_spans, removed_share

MIN_STORIES = 5
"""Different stories of one host that must carry a line before it is template text."""

MIN_WORDS = 4
"""Shorter lines (``Advertisement``, a section name) are the business of the line classes."""


def site_of(body: Body) -> str | None:
    """Return the site whose template text may stand in a body; nothing for a body that is taken as it is."""
    return (body.host or body.source or None) if body.lines else None


def without_templates(bodies: Sequence[Body], sites: Iterable[Sequence[int]]) -> Iterator[tuple[int, Body]]:
    """Yield the bodies that hold template lines, without them, each with its position.

    Args:
        bodies: All bodies of a run; read one at a time, so they may lie on a disk.
        sites: The positions of every site's bodies. Memory follows the lines of the largest site.
    """
    for positions in sites:
        if len(positions) < MIN_STORIES:
            continue
        templates = _template_lines(bodies[position] for position in positions)
        if not templates:
            continue
        for position in positions:
            body = bodies[position]
            changed = _without(body, templates)
            if changed is not body:
                yield position, changed


def _template_lines(bodies: Iterable[Body]) -> frozenset[int]:
    """Return the keys of the lines that stand in enough different stories.

    Two pages tell different stories when both their headlines and their opening lines differ: a revision keeps one of
    them. Lines that many pages open with are no opening.
    """
    holders: dict[int, set[tuple[int, int]]] = defaultdict(set)
    stories: list[tuple[int, list[int]]] = []
    for body in bodies:
        keys = [_key(body.original[line.span.start : line.span.end]) for line in body.lines if line.kept]
        stories.append((_key(body.title or ""), [key for key in keys if key]))
    common: dict[int, int] = defaultdict(int)
    for _, keys in stories:
        for key in set(keys):
            common[key] += 1
    for title, keys in stories:
        opening = next((key for key in keys if common[key] < MIN_STORIES and key != title), 0)
        for key in set(keys):
            if common[key] >= MIN_STORIES:
                holders[key].add((title, opening))
    return frozenset(key for key, found in holders.items() if _different(found) >= MIN_STORIES)


def _different(stories: set[tuple[int, int]]) -> int:
    """Count stories that differ in headline and opening both; an unknown headline or opening tells nothing apart."""
    titles = {title for title, opening in stories if title and opening}
    openings = {opening for title, opening in stories if title and opening}
    return min(len(titles), len(openings))


def _key(line: str) -> int:
    """Return a hash of a line's words; 0 for a line too short to be judged."""
    words = line.casefold().split()
    return xxhash.xxh3_64_intdigest(" ".join(words).encode("utf-8", "surrogatepass")) if len(words) >= MIN_WORDS else 0


def _without(body: Body, templates: frozenset[int]) -> Body:
    def judged(line: Line) -> Line:
        if line.kept and _key(body.original[line.span.start : line.span.end]) in templates:
            return line._replace(line_class="template", kept=False)
        return line

    lines = tuple(judged(line) for line in body.lines)
    if lines == body.lines or not any(line.kept for line in lines):
        return body
    kept: tuple[Span, ...] = tuple(body_spans(lines, body.original))
    return replace(body, lines=lines, kept=kept, removed=removed_share(lines, body.original))
