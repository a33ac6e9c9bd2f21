"""Sentences to make corpora of: real ones, once each, or endless ones of made-up words; the same on every machine."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass
class Uniform:
    """Uniform numbers in [0, 1), drawn in blocks from one frozen stream."""

    seed: int
    _block: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._state = np.random.RandomState(self.seed)

    def one(self) -> float:
        """Return the next number."""
        if not self._block:
            self._block = self._state.random_sample(8_192).tolist()
        return self._block.pop()

    def below(self, limit: int) -> int:
        """Return an integer from 0 up to but excluding ``limit``."""
        return int(self.one() * limit)

    def many(self, count: int) -> list[float]:
        """Return ``count`` numbers of the same stream."""
        return self._state.random_sample(count).tolist()


def built_in_vocabulary(size: int = 20_000) -> list[str]:
    """Return pronounceable words, all different, the same everywhere."""
    uniform = Uniform(20_261_101)
    syllables = [c + v for c in "bcdfghklmnprstvwz" for v in ("a", "e", "i", "o", "u", "ar", "en", "il", "on", "us")]
    words: dict[str, None] = {}
    while len(words) < size:
        count = 1 + uniform.below(4)
        words["".join(syllables[uniform.below(len(syllables))] for _ in range(count))] = None
    return list(words)


class WordModel:
    """Endless sentences of made-up words; frequencies fall as in language (rank = size * u cubed)."""

    name = "words"

    def __init__(self, seed: int) -> None:
        self._uniform = Uniform(seed)
        self.vocabulary = built_in_vocabulary()

    def sentences(self) -> Iterator[list[str]]:
        """Yield sentences as lists of words, for ever."""
        size = len(self.vocabulary)
        while True:
            count = 8 + self._uniform.below(23)
            words = [self.vocabulary[int(size * u * u * u)] for u in self._uniform.many(count)]
            words[0] = words[0].capitalize()
            words[-1] += "."
            yield words


class RealSentences:
    """The sentences of a JSONL file of articles, in order, each once; then again with words replaced."""

    def __init__(self, path: Path, seed: int) -> None:
        self.name = path.parent.name
        self._path = path
        self._uniform = Uniform(seed)
        self.vocabulary = [word for words in self._head(4_000) for word in words]

    def _head(self, count: int) -> Iterator[list[str]]:
        for index, words in enumerate(self._one_pass()):
            if index == count:
                return
            yield words

    def _one_pass(self) -> Iterator[list[str]]:
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                for sentence in SENTENCE_END.split(json.loads(line)["text"]):
                    words = sentence.split()
                    if 4 <= len(words) <= 80:
                        yield words

    def sentences(self) -> Iterator[list[str]]:
        """Yield sentences as lists of words, for ever; after the first pass no four words in a row are the old ones."""
        yield from self._one_pass()
        while True:
            for words in self._one_pass():
                changed = list(words)
                position = self._uniform.below(4)
                while position < len(changed):
                    changed[position] = self.vocabulary[self._uniform.below(len(self.vocabulary))]
                    position += 1 + self._uniform.below(4)
                yield changed
