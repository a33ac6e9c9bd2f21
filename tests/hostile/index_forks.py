"""Processes that the checks of an index fork, each with a pipe to say something into."""

import os


def forked(run):
    """Fork a process that runs what is given with its end of a pipe; return its number and the end to hear it at."""
    hear, say = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            os.close(hear)
            run(say)
            code = 0
        finally:
            os._exit(code)
    os.close(say)
    return child, hear
