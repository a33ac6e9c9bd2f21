"""The one definition of a shingle that every engine in these benchmarks is held to.

Five consecutive ``\\w+`` tokens of the lower-cased text, joined by one space. Only the standard library is used,
because peers import this module inside their own environments.
"""

import re

SIZE = 5
TOKEN = re.compile(r"\w+")


def shingles(text: str) -> list[str]:
    """Return the distinct shingles of ``text`` in order of first appearance; none for fewer than five tokens."""
    tokens = TOKEN.findall(text.lower())
    columns = [tokens[start:] for start in range(SIZE)]
    return list(dict.fromkeys(map(" ".join, zip(*columns, strict=False))))
