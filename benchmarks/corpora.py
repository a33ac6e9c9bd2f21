"""Make a corpus with known copies: ``python benchmarks/corpora.py --size 10000 --out DIR``.

Writes three files: ``corpus-N.jsonl`` (``{"id", "text"}`` a line), ``corpus-N.truth.tsv`` (which document each copy was
made from, by which edit, at which rate) and ``corpus-N.meta.json`` (parameters, counts, SHA-256 of the first file).

Words come from real news where the data directory has it (``--data`` or ``DEDUPE_DATA``: ``abp/docs.jsonl``), else
from a built-in word model. Real sentences are used once; a corpus that needs more text than there is goes through them
again with at least one word in every run of four replaced, so that no five-word shingle comes back by recycling.

The same arguments give the same bytes on every machine: only ``numpy.random.RandomState`` streams (frozen by NEP 19) of
uniform numbers are drawn, and only IEEE arithmetic is done on them - no ``log``, no ``exp``, no set order, no ``hash``.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sentences import RealSentences, Uniform, WordModel

PARAGRAPH = "\n\n"
MEAN_TOKENS = 450
SITES = 200
BOILERPLATE_SHARE = 0.30
COPY_SHARE = 0.40
RECENT = 4_000
"""Copies are made from the last so many originals: a corpus of any size is written in bounded memory."""

EDITS = (("exact", 0.10), ("scattered", 0.35), ("block", 0.20), ("trim", 0.12), ("chrome", 0.13), ("mixed", 0.10))
MAX_RATE = 0.40


@dataclass
class Made:
    """One document: its words (``PARAGRAPH`` is a word too) and how it came about."""

    words: list[str]
    source: str = ""
    edit: str = "original"
    rate: float = 0.0


class Writer:
    """Composes originals and copies; every decision comes from one stream of numbers."""

    def __init__(self, seed: int, sentences: WordModel | RealSentences) -> None:
        self._uniform = Uniform(seed)
        self._vocabulary = sentences.vocabulary
        self._sentences = sentences.sentences()
        self._recent: list[tuple[str, list[str]]] = []
        self._sites = [self._site(number) for number in range(SITES)]

    def _site(self, number: int) -> tuple[list[str], list[str]]:
        """Return one site's header and footer: what its pages share though their articles do not."""
        pick = [self._vocabulary[self._uniform.below(len(self._vocabulary))] for _ in range(48)]
        header = [f"Site{number}", "Home", *pick[:10], PARAGRAPH]
        footer = [PARAGRAPH, "Subscribe", "to", f"Site{number}", *pick[10:], "All", "rights", "reserved."]
        return header, footer

    def document(self, name: str) -> Made:
        """Make the next document: a new text, or a copy of one of the last few thousand."""
        uniform = self._uniform
        if self._recent and uniform.one() < COPY_SHARE:
            draw = uniform.one()
            source, words = self._recent[int(len(self._recent) * draw * draw)]
            made = self._copy(words)
            made.source = source
        else:
            made = Made(self._original())
            if len(self._recent) < RECENT:
                self._recent.append((name, made.words))
            else:
                self._recent[uniform.below(RECENT)] = (name, made.words)
        if uniform.one() < BOILERPLATE_SHARE:
            header, footer = self._sites[uniform.below(SITES)]
            made.words = [*header, *made.words, *footer]
        return made

    def _original(self) -> list[str]:
        # The sum of three uniforms: bell-shaped, 180 to 720 words, without a logarithm.
        wanted = int(MEAN_TOKENS * (0.4 + 0.4 * sum(self._uniform.one() for _ in range(3))))
        words: list[str] = []
        in_paragraph = 0
        while len(words) < wanted:
            if in_paragraph > 50:
                words.append(PARAGRAPH)
                in_paragraph = 0
            sentence = next(self._sentences)
            in_paragraph += len(sentence)
            words.extend(sentence)
        return words

    def _copy(self, words: list[str]) -> Made:
        draw = self._uniform.one()
        edit = EDITS[-1][0]
        for name, share in EDITS:
            if draw < share:
                edit = name
                break
            draw -= share
        # Squared: half of the copies are touched at less than a tenth, as wire copies are.
        rate = MAX_RATE * self._uniform.one() ** 2
        if edit == "exact":
            return Made(list(words), edit=edit)
        if edit == "mixed":
            rate /= 4
            return Made(self._chrome(self._trim(self._scattered(words, rate), rate), rate), edit=edit, rate=rate)
        change = {"scattered": self._scattered, "block": self._block, "trim": self._trim, "chrome": self._chrome}[edit]
        return Made(change(words, rate), edit=edit, rate=rate)

    def _scattered(self, words: list[str], rate: float) -> list[str]:
        """Replace, insert or drop single words, each position with probability ``rate``."""
        changed: list[str] = []
        for word, draw in zip(words, self._uniform.many(len(words)), strict=True):
            if draw >= rate or word == PARAGRAPH:
                changed.append(word)
            elif draw < rate * 0.6:
                changed.append(self._vocabulary[self._uniform.below(len(self._vocabulary))])
            elif draw < rate * 0.8:
                changed += [word, self._vocabulary[self._uniform.below(len(self._vocabulary))]]
        return changed

    def _block(self, words: list[str], rate: float) -> list[str]:
        """Replace one run of ``rate`` of the words by other sentences of about that length."""
        length = int(len(words) * rate)
        start = self._uniform.below(len(words) - length + 1)
        return [*words[:start], *self._fresh(length), *words[start + length :]]

    def _trim(self, words: list[str], rate: float) -> list[str]:
        """Cut the end, or (one in four) the beginning, by ``1.5 * rate``: an editor shortens a wire story."""
        length = int(len(words) * rate * 1.5)
        return words[length:] if self._uniform.one() < 0.25 else words[: len(words) - length]

    def _chrome(self, words: list[str], rate: float) -> list[str]:
        """Put related headlines and captions of ``rate`` of the length before and behind."""
        length = int(len(words) * rate)
        return [*self._fresh(length // 3), PARAGRAPH, *words, PARAGRAPH, *self._fresh(length - length // 3)]

    def _fresh(self, count: int) -> list[str]:
        words: list[str] = []
        while len(words) < count:
            words += next(self._sentences)
        return words[:count]


def make(size: int, *, seed: int, sentences: WordModel | RealSentences) -> Iterator[tuple[str, Made]]:
    """Yield ``size`` documents as (id, made); memory does not grow with ``size``."""
    writer = Writer(seed, sentences)
    for number in range(size):
        name = f"d{number:07d}"
        yield name, writer.document(name)


def text_of(words: list[str]) -> str:
    """Return the text: words with single spaces, paragraphs with an empty line."""
    return " ".join(words).replace(" \n\n ", PARAGRAPH).strip()


def choose_sentences(source: str, data: Path | None, seed: int) -> WordModel | RealSentences:
    """Return real sentences where they are wanted and there, else the word model.

    Raises:
        SystemExit: Real sentences were asked for by name and are not there.
    """
    folder = data or Path(os.environ.get("DEDUPE_DATA", "../shared/data"))
    path = folder / "abp" / "docs.jsonl"
    if source != "words" and path.is_file():
        return RealSentences(path, seed + 1)
    if source == "abp":
        raise SystemExit(f"no {path}; give --data or DEDUPE_DATA, or --source words")
    return WordModel(seed + 1)


def write(size: int, out: Path, *, seed: int, sentences: WordModel | RealSentences) -> dict[str, object]:
    """Write corpus, truth and meta files; return the meta record."""
    out.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    counts: dict[str, int] = {}
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with (out / f"corpus-{size}.jsonl").open("wb") as corpus, (out / f"corpus-{size}.truth.tsv").open("w") as truth:
        truth.write("id\tsource\tedit\trate\n")
        for name, made in make(size, seed=seed, sentences=sentences):
            line = encode({"id": name, "text": text_of(made.words)}).encode() + b"\n"
            digest.update(line)
            corpus.write(line)
            counts[made.edit] = counts.get(made.edit, 0) + 1
            if made.source:
                truth.write(f"{name}\t{made.source}\t{made.edit}\t{made.rate:.4f}\n")
    meta: dict[str, object] = {
        "size": size,
        "seed": seed,
        "source": sentences.name,
        "sha256": digest.hexdigest(),
        "edits": dict(sorted(counts.items())),
    }
    (out / f"corpus-{size}.meta.json").write_text(json.dumps(meta, indent=2) + "\n")
    return meta


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", choices=("auto", "abp", "words"), default="auto")
    parser.add_argument("--data", type=Path, help="folder of the unpacked data; default DEDUPE_DATA or ../shared/data")
    given = parser.parse_args()
    sentences = choose_sentences(given.source, given.data, given.seed)
    print(json.dumps(write(given.size, given.out, seed=given.seed, sentences=sentences)))


if __name__ == "__main__":
    main()
