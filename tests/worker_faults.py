"""An extraction that does what the text tells it to: crash, hang, eat memory. Imported by worker processes."""

import ctypes
import os
import signal
import sys
import time

from dedupe.pages.extract import extract_body


def _spin():
    while True:
        pass


def _eat():
    held = []
    while True:
        held.append(bytearray(10_000_000))


def _raise():
    raise ValueError("no such page")


def _print():
    sys.stdout.write("what a library says\n")
    sys.stdout.flush()
    sys.stderr.write("what a library complains of\n" * 10_000)


_KEPT = []


def _keep():
    _KEPT.append(bytearray(30_000_000))


_ORDERS = {
    "SEGV": lambda: ctypes.string_at(0),
    "KILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "SPIN": _spin,
    "SLEEP": lambda: time.sleep(600),
    "NAP": lambda: time.sleep(0.3),
    "EAT": _eat,
    "KEEP": _keep,
    "EXIT": lambda: os._exit(3),
    "RAISE": _raise,
    "PRINT": _print,
}


def extract(document, config):
    """Obey the first word of the document's text, then extract as ever."""
    order = _ORDERS.get((document.text or "").partition(" ")[0])
    if order:
        order()
    return extract_body(document, config)
