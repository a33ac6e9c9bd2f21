"""Documents with a truth about every pair, of which some pairs were verified: what clustering is given."""

import itertools

import numpy as np
from hypothesis import strategies as st

from dedupe.group.columns import EDITORIAL_CODES, TEXT_CODES, EdgeColumns
from dedupe.group.verdicts import Edge

RELATIONS = ["identical", "near_identical", "abridged", "contained", "partial", "none"]


@st.composite
def verified_corpora(draw, max_texts=10):
    """Documents, some with equal bodies, with a truth about every pair, of which some pairs were nominated."""
    texts = draw(st.integers(1, max_texts))
    crowd = draw(st.lists(st.integers(0, 3), min_size=texts, max_size=texts))
    between = {}
    for a, b in itertools.combinations(range(texts), 2):
        likely = RELATIONS[1:3] if crowd[a] == crowd[b] else RELATIONS[3:]
        text = draw(st.sampled_from([*likely * 5, *RELATIONS[1:]]))
        similarity = draw(st.sampled_from([0.0, 0.3, 0.6, 0.8, 0.95]))
        editorial = draw(st.sampled_from(["unknown", "unknown", "revision"]))
        share = draw(st.sampled_from([0.0, similarity, 1.0]))
        between[a, b] = (text, editorial, similarity, share)
    body = [*range(texts), *draw(st.lists(st.integers(0, texts - 1), max_size=4))]
    truth, nominated = {}, []
    for a, b in itertools.combinations(range(len(body)), 2):
        pair = (min(body[a], body[b]), max(body[a], body[b]))
        truth[a, b] = Edge(a, b, *between.get(pair, ("identical", "republication", 1.0, 1.0)))
        if a == body[b] or draw(st.booleans()):
            nominated.append((a, b))
    return len(body), truth, nominated


def columns_of(edges):
    """The same pairs as columns."""
    edges = list(edges)
    return EdgeColumns(
        ends=np.array([edge[:2] for edge in edges], dtype=np.int64).reshape(-1, 2),
        texts=np.array([TEXT_CODES[edge.text] for edge in edges], dtype=np.uint8),
        editorials=np.array([EDITORIAL_CODES[edge.editorial] for edge in edges], dtype=np.uint8),
        similarities=np.array([edge.similarity for edge in edges], dtype=np.float64),
        shares=np.array([edge.share for edge in edges], dtype=np.float64),
    )
