"""The worker's side of the pipe: reads frames, answers each, ends when the pipe does."""

import os
import sys
from typing import BinaryIO

from dedupe.config import Config
from dedupe.engine.outlines import Outline
from dedupe.engine.pairs import PairCodec
from dedupe.engine.requests import (
    CompareAnswer,
    Holding,
    decode_config,
    decode_request,
    encode,
)
from dedupe.engine.spool import FieldCodec
from dedupe.engine.workers import FRAME
from dedupe.records import Body
from dedupe.sketch.candidates import channel_names
from dedupe.verify.compare import compare_materials
from dedupe.verify.material import Material, prepare


def serve() -> None:
    """Answer on standard output what is asked on standard input, until that ends.

    Whatever else writes to standard output in this process goes to standard error.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions = sys.stdin.buffer
    greeting = _frame(questions)
    if greeting is None:
        return
    service = Service(decode_config(greeting))
    while (question := _frame(questions)) is not None:
        answer = service.answer(question)
        answers.write(FRAME.pack(len(answer)))
        answers.write(answer)
        answers.flush()


def _frame(pipe: BinaryIO) -> bytes | None:
    """Return the next frame; ``None`` where the other side is gone."""
    head = pipe.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    (length,) = FRAME.unpack(head)
    frame = pipe.read(length)
    return frame if len(frame) == length else None


class Service:
    """Compares what it is given.

    Args:
        config: The parameters of the run.
    """

    def __init__(self, config: Config) -> None:
        """Hold no documents yet."""
        self._config = config
        self._held: Holding[Material] = Holding()
        self._bodies = FieldCodec(Body)
        self._pairs = PairCodec()

    def answer(self, question: bytes) -> bytes:
        """Compare a block of pairs; the frame of a :class:`CompareRequest` to that of a :class:`CompareAnswer`."""
        return encode(self._compare(question))

    def _compare(self, content: bytes) -> CompareAnswer:
        request = decode_request(content)
        if request.forget:
            self._held = Holding()
        self._held.missing(request.pairs)
        for position, encoded in request.bodies:
            body = self._bodies.decode(encoded)
            self._held.put(position, prepare(body, shingle_size=self._config.shingle_size))
        answer = CompareAnswer([], [])
        for a, b, mask in request.pairs:
            pair = compare_materials(self._held[a], self._held[b], self._config, channel_names(mask))
            answer.pairs.append(self._pairs.encode(pair))
            answer.outlines.append(Outline.of(pair, self._config))
        return answer
