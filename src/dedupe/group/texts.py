"""Documents into texts: documents with identical bodies are one text, however many they are.

Texts are numbered canonically, by content hash and then by id, so that no decision depends on the order of arrival.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedupe.group.sets import Sets
from dedupe.group.verdicts import Edge
from dedupe.records import DocumentId, id_order


def collapse(
    ids: Sequence[DocumentId], hashes: Sequence[int], edges: Iterable[Edge]
) -> tuple[list[list[int]], list[Edge]]:
    """Unite documents with identical bodies, and number the texts.

    Documents that share their text with no other are left out, and so are pairs that keep nothing apart.

    Returns:
        The documents of every text that shares its text with another, in id order; and the edges between different
        texts of one component, by text number.
    """
    bodies, connected = Sets(), Sets()
    known = list(edges)
    for edge in known:
        if edge.same_text:
            connected.unite(edge.a, edge.b)
            if edge.text == "identical":
                bodies.unite(edge.a, edge.b)
    united: dict[int, list[int]] = {}
    for document in connected:
        united.setdefault(bodies.root(document), []).append(document)
    texts = [sorted(documents, key=lambda document: id_order(ids[document])) for documents in united.values()]
    texts.sort(key=lambda documents: (min(hashes[document] for document in documents), id_order(ids[documents[0]])))
    inside = (edge for edge in known if connected.root(edge.a) == connected.root(edge.b))
    return texts, between_texts(inside, texts)


def between_texts(edges: Iterable[Edge], texts: Sequence[Sequence[int]]) -> list[Edge]:
    """Return pairs of documents as pairs of texts by number, but those inside one text."""
    text_of = {document: number for number, documents in enumerate(texts) for document in documents}
    renamed = (Edge(text_of[edge.a], text_of[edge.b], *edge[2:]) for edge in edges)
    return [edge for edge in renamed if edge.a != edge.b]


class Numbered(NamedTuple):
    """Some documents and the texts they carry: those with the same body carry one.

    Attributes:
        documents: Positions, ascending ``int64[n]``.
        numbers: The text of each ``int64[n]``.
        firsts: The first document of every text ``int64[t]``.
    """

    documents: NDArray[np.int64]
    numbers: NDArray[np.int64]
    firsts: NDArray[np.int64]

    @classmethod
    def of(cls, documents: NDArray[np.int64], bodies: NDArray[np.int64], hashes: NDArray[np.uint64]) -> "Numbered":
        """Number the texts of some documents as everywhere: by content hash, then by first document.

        Args:
            documents: Ascending; with a document all others that have its body.
            bodies: The body of every document of the run: the first document that has it.
            hashes: The content hash of every document of the run.
        """
        own = bodies[documents]
        firsts = documents[own == documents]
        places = np.searchsorted(firsts, own)
        smallest = hashes[firsts]
        np.minimum.at(smallest, places, hashes[documents])
        order = np.argsort(smallest, kind="stable")
        numbers = np.empty(len(firsts), dtype=np.int64)
        numbers[order] = np.arange(len(firsts))
        return cls(documents, numbers[places], firsts[order])

    def of_pairs(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return pairs of the documents ``int64[p, 2]`` as pairs of their texts, the smaller number first."""
        first, second = self.numbers[np.searchsorted(self.documents, pairs.T)]
        return np.stack((np.minimum(first, second), np.maximum(first, second)), axis=1)

    def texts(self) -> list[list[int]]:
        """Return the documents of every text, ascending."""
        held: list[list[int]] = [[] for _ in range(len(self.firsts))]
        for number, document in zip(self.numbers.tolist(), self.documents.tolist(), strict=True):
            held[number].append(document)
        return held
