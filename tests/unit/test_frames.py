"""Frames: what goes to a worker and what comes back is what was sent."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.config import Config
from dedupe.pages.extract import extract_body
from dedupe.pages.frames import HEADER, Answer, Task, pack, unpack
from dedupe.records import Document
from worked import PROSE

TEXTS = st.text(st.characters(codec=None), max_size=40)


@settings(max_examples=100)
@given(
    st.builds(
        Task, text=st.none() | TEXTS, html=st.none() | TEXTS, content=st.none() | st.binary(max_size=40), url=TEXTS
    )
)
def test_any_task_comes_through_a_frame_as_it_was(task):
    frame = pack(task)
    length, kind = HEADER.unpack(frame[: HEADER.size])
    assert length == len(frame) - HEADER.size
    assert unpack(frame[HEADER.size :], kind, Task) == task


@given(TEXTS, TEXTS)
def test_any_body_comes_through_a_frame_as_it_was(text, title):
    body = extract_body(Document(id=0, text=f"By AFP\n19 Jan 2022\n{PROSE}\n{text}", title=title), Config())
    frame = pack(Answer(body=body))
    assert unpack(frame[HEADER.size :], frame[HEADER.size - 1], Answer).body == body
