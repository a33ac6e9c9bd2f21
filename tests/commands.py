"""The command as a person or a script runs it, and pages to run it on."""

import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from dedupe.cli.app import app

ROOT = Path(__file__).parents[1]


STORY = (
    "The harbour ferry was turned back on Monday after its pilot reported ice on both sides of the channel, the port "
    "authority said. Nobody was hurt, and the forty passengers spent the night in the terminal, where the canteen "
    "stayed open. Two icebreakers are under way from the north and should arrive before noon on Wednesday."
)


OTHER = (
    "A court in the capital ruled on Friday that the museum must return three bronze figures to the island from which "
    "they were taken in 1912. The director said that the house would study the ruling and answer within a month."
)


def run(*arguments, given=None):
    """Run the command in this process, with something on standard input; an error that is not ours is raised."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=given, catch_exceptions=False)


def run_process(*arguments, **options):
    """Run the command as a shell would."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")} | options.pop("env", {})
    command = [sys.executable, "-m", "dedupe", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60, **options)
