"""The documentation holds: its examples run, every command and setting is described, no link leads nowhere."""

import dataclasses
import doctest
import importlib
import os
import re
from pathlib import Path
from typing import get_args

import pytest
from typer.main import get_command

import dedupe
from dedupe.cli.app import app
from dedupe.cli.exits import ExitCode
from dedupe.files import formats
from dedupe.files.rows import Row
from dedupe.records import EditorialRelation, TextRelation
from documents import PAGES, ROOT, examples, matches, run
from handmade import UNREADABLE, five_pages

DOCS = ROOT / "docs"
COMMANDS = dict(get_command(app).commands)
COMMANDS |= {
    f"{group} {name}": each for group, made in COMMANDS.items() for name, each in getattr(made, "commands", {}).items()
}
EXTRAS = {"warc.md": "fastwarc"}
"""Pages whose examples need an optional package; CI has them all."""


def skip_without_extra(page):
    if page.name in EXTRAS:
        pytest.importorskip(EXTRAS[page.name], reason=f"the examples of {page.name} need it")


@pytest.mark.parametrize("example", [example for page in PAGES for example in examples(page)], ids=str)
def test_a_command_prints_what_the_page_promises(example):
    skip_without_extra(example.page)
    printed, _ = run(example.command)
    assert matches(printed, example.output), (
        f"\n{printed}\nis not\n\n{example.output}\n(python tests/documents.py writes it anew)"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_examples_of_a_page_run(page, monkeypatch):
    skip_without_extra(page)
    monkeypatch.chdir(ROOT)
    text = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0


@pytest.mark.parametrize(
    "name",
    [
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "src").rglob("*.py"))
        if ">>> " in path.read_text(encoding="utf-8")
    ],
)
def test_examples_in_docstrings_run(name):
    failed, tried = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert tried
    assert not failed


def test_the_examples_are_really_compared():
    assert matches("a\nb\nc\n", "a\n...\nc\n")
    assert not matches("a\nb\nd\n", "a\n...\nc\n")
    assert not matches("a\nb\n", "a\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_is_in_the_reference(name):
    text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    section = text.split(f"\n## dedupe {name}\n", 1)[1].split("\n## ", 1)[0]
    for parameter in COMMANDS[name].params:
        for option in [*parameter.opts, *parameter.secondary_opts]:
            if option.startswith("--"):
                assert f"`{option}" in section or f"{option}`" in section, option


def test_every_exit_code_is_in_the_reference_and_in_the_readme():
    text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    table = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert table == {int(code) for code in ExitCode}
    said = re.search(r"Exit codes:(.*?)\n\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL).group(1)
    assert {int(code) for code in re.findall(r"\b\d+\b", said)} == {int(code) for code in ExitCode}


def test_every_setting_is_in_the_reference_with_its_default():
    text = (DOCS / "reference" / "config.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text, re.MULTILINE))
    defaults = {field.name: repr(field.default) for field in dataclasses.fields(dedupe.Config)}
    assert rows == defaults


def test_every_key_of_the_json_is_in_the_reference():
    text = (DOCS / "reference" / "formats.md").read_text(encoding="utf-8")

    def keys(value):
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    written = keys(formats.result_to_dict(five_pages(skipped=(UNREADABLE,)))).union(Row.__struct_fields__)
    missing = {key for key in written if f"`{key}`" not in text}
    assert missing == set()


def test_every_relation_is_explained():
    text = (DOCS / "ideas" / "how-it-works.md").read_text(encoding="utf-8")
    for relation in (*get_args(TextRelation), *get_args(EditorialRelation)):
        assert f"`{relation}`" in text, relation


def test_every_error_is_in_the_reference():
    text = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    for name, error in vars(importlib.import_module("dedupe.errors")).items():
        if isinstance(error, type) and issubclass(error, Exception):
            assert f"`{name}`" in text, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_readme_names_its_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = dict(re.findall(r"<!-- command: (\w+) -->\n```sh\n(.*?)\n```", text))
    assert set(commands) == {"try", "test"}
    assert "pip install" in commands["try"]
    assert commands["try"].endswith("dedupe scan seeds")
    assert "pytest" in commands["test"]
    extras = re.search(r"'\.\[(\w+)\]'", commands["test"]).group(1)
    assert f"\n{extras} = [" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_version_is_one():
    declared = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert declared.group(1) == dedupe.__version__
    assert f"## [{dedupe.__version__}]" in Path(ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
