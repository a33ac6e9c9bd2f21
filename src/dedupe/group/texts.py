"""Documents into texts: documents with identical bodies are one text, however many they are."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

from dedupe.group.sets import Sets
from dedupe.group.verdicts import Edge
from dedupe.records import DocumentId, TextRelation, id_order


def collapse(
    ids: Sequence[DocumentId], hashes: Sequence[int], edges: Iterable[Edge]
) -> tuple[list[list[int]], list[Edge]]:
    """Unite documents with identical bodies, and number the texts canonically.

    Documents that share their text with no other are left out, and so are pairs that keep nothing apart.

    Returns:
        The documents of every text that shares its text with another, in id order, texts by content hash and then by
        id; and the edges between different texts of one component, by text number.
    """
    bodies, connected = Sets(), Sets()
    between: list[Edge] = []
    apart = _Apart()
    for edge in edges:
        if not edge.same_text:
            apart.append(edge)
            continue
        connected.unite(edge.a, edge.b)
        if edge.text == "identical":
            bodies.unite(edge.a, edge.b)
        else:
            between.append(edge)
    united: dict[int, list[int]] = {}
    for document in connected:
        united.setdefault(bodies.root(document), []).append(document)
    texts = [sorted(documents, key=lambda document: id_order(ids[document])) for documents in united.values()]
    texts.sort(key=lambda documents: (min(hashes[document] for document in documents), id_order(ids[documents[0]])))
    text_of = {document: number for number, documents in enumerate(texts) for document in documents}
    renamed = (
        Edge(text_of[a], text_of[b], text, editorial, similarity, share)
        for a, b, text, editorial, similarity, share in [*between, *apart.inside(connected)]
    )
    return texts, [edge for edge in renamed if edge.a != edge.b]


class _Apart:
    """Verified pairs that are not one text: most of all pairs, so kept small until it is clear which ones matter."""

    def __init__(self) -> None:
        self._documents = array("q")
        self._similarities = array("d")
        self._shares = array("d")
        self._relations: list[TextRelation] = []

    def append(self, edge: Edge) -> None:
        """Keep a pair."""
        self._documents.extend((edge.a, edge.b))
        self._similarities.append(edge.similarity)
        self._shares.append(edge.share)
        self._relations.append(edge.text)

    def inside(self, connected: Sets) -> Iterator[Edge]:
        """Yield the pairs inside one component of same-text pairs: only those can keep anything apart."""
        pairs = zip(self._documents[::2], self._documents[1::2], strict=True)
        columns = zip(self._relations, self._similarities, self._shares, strict=True)
        for (a, b), (text, similarity, share) in zip(pairs, columns, strict=True):
            if a in connected and b in connected and connected.root(a) == connected.root(b):
                yield Edge(a, b, text, "unknown", similarity, share)
