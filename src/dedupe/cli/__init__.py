"""The ``dedupe`` command: one module per command, its docstring is the manual.

Standard output carries the answer and nothing else; progress, notes and errors go to standard error. This is the only
layer that prints, reads paths or knows exit codes. Commands import what they need when they run, so that
``dedupe --help`` answers at once.
"""

from dedupe.cli.app import main

__all__ = ["main"]
