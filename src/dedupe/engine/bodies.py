"""The bodies of a run: in memory while they are few, on disk when they are many, by position and by id."""

from collections.abc import Sequence
from dataclasses import dataclass

from dedupe.engine.spool import FieldCodec, Spooled
from dedupe.records import Body, DocumentId, Published
from dedupe.text.templates import site_of

_BODY_OVERHEAD = 700
_LINE_OVERHEAD = 120


@dataclass(frozen=True, slots=True)
class About:
    """A body without its text: its address and time of publication."""

    url: str | None = None
    published: Published | None = None


_ABOUT = FieldCodec(About)


class Bodies:
    """Bodies on their way through a run; only ids stay in memory once the texts are many.

    Attributes:
        stored: The bodies, in the order of arrival until they are arranged.
        ids: Their ids, in the same order.
        sites: The sites whose template text they may hold, in the same order.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.stored: Spooled[Body] = Spooled(FieldCodec(Body), size=_size)
        self.ids: list[DocumentId] = []
        self.sites: list[str | None] = []
        self._known_sites: dict[str, str] = {}
        self._positions: dict[DocumentId, int] = {}

    def append(self, body: Body) -> None:
        """Add a body."""
        self.ids.append(body.id)
        self.sites.append(self._site(body))
        self.stored.append(body)

    def replace(self, position: int, body: Body) -> None:
        """Put another body of the same id at a position."""
        self.sites[position] = self._site(body)
        self.stored.replace(position, body)

    def arrange(self, order: Sequence[int]) -> None:
        """Put the bodies into another order, given by their positions."""
        self.stored.arrange(order)
        self.ids = [self.ids[position] for position in order]
        self.sites = [self.sites[position] for position in order]

    def __len__(self) -> int:
        """Return the number of bodies."""
        return len(self.ids)

    def __getitem__(self, position: int) -> Body:
        """Return the body at a position, read from the disk where it lies there."""
        return self.stored[position]

    def about(self, position: int) -> "About":
        """Return what the choice of a representative looks at, without the text where it lies on the disk."""
        body = self.stored.part(position, _ABOUT.decode)
        return About(body.url, body.published) if isinstance(body, Body) else body

    @property
    def positions(self) -> dict[DocumentId, int]:
        """Position by id, made when first asked for, once the order is final."""
        if len(self._positions) != len(self.ids):
            self._positions = {document_id: position for position, document_id in enumerate(self.ids)}
        return self._positions

    def public(self) -> Sequence[Body]:
        """Return what a result shows: a tuple, or what looks like one and lies on the disk."""
        return tuple(self.stored) if self.stored.held else self.stored

    def _site(self, body: Body) -> str | None:
        """Return a body's site, the same string for all bodies of one."""
        site = site_of(body)
        return self._known_sites.setdefault(site, site) if site else None


def _size(body: Body) -> int:
    """Return about how many bytes a body takes in memory; two for a character is the middle of one and four."""
    width = 1 if body.original.isascii() else 2
    return _BODY_OVERHEAD + width * len(body.original) + _LINE_OVERHEAD * len(body.lines)
