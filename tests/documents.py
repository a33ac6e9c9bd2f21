"""Examples in the documentation: found, run, compared. ``python tests/documents.py`` writes their output anew.

A ``console`` block holds ``$ dedupe ...`` commands, each followed by what it prints; a line of three dots stands for any
number of lines. Commands run in this process, in the repository's root, as if piped.
"""

import dataclasses
import os
import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from dedupe.cli.app import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Example:
    """One command of a page, with the output the page promises."""

    page: Path
    command: str
    output: str

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}: {self.command}"


def examples(page):
    """Every command of a page."""
    return [
        Example(page, command, output)
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
        for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


def run(command):
    """Run a ``dedupe`` command; return what it printed and its exit code."""
    name, *arguments = shlex.split(command)
    assert name == "dedupe", f"only dedupe itself is run, not {name}"
    environment = {"COLUMNS": None, "NO_COLOR": "1"}
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        done = CliRunner(env=environment).invoke(app, arguments, prog_name="dedupe", catch_exceptions=False)
    finally:
        os.chdir(before)
    return done.output, done.exit_code


def matches(printed, promised):
    """Tell whether an output is the promised one; lines of three dots stand for any lines."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", promised, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), printed) is not None


def refresh(page):
    """Write the output of every command anew, but of those that leave lines out."""

    def anew(match):
        block = match.group(1)
        if re.search(r"^\.\.\.$", block, re.MULTILINE):
            return match.group()
        commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
        return "```console\n" + "".join(f"$ {command}\n{run(command)[0]}" for command in commands) + "```"

    text = page.read_text(encoding="utf-8")
    page.write_text(BLOCK.sub(anew, text), encoding="utf-8")


if __name__ == "__main__":
    for each in PAGES:
        refresh(each)
