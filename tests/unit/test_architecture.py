"""The house rules that a machine can check: what imports what, what is public, what has no place here."""

import ast
import contextlib
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dedupe

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "dedupe"
MODULES = sorted(SOURCE.rglob("*.py"))
FRONT_DOOR = {
    "Body", "BusyStoreError", "Cluster", "Comparison", "Config", "ConfigError", "CorpusError", "CorruptStoreError",
    "Decision", "DedupeError", "Document", "DuplicateIdError", "IncompatibleStoreError", "Index", "InputError",
    "Link", "MissingExtraError", "Passage", "Relation", "Result", "Skipped", "Span", "StoreError", "cluster",
    "compare", "extract", "read",
}  # fmt: skip


def test_the_front_door_is_exactly_this():
    assert set(dedupe.__all__) == FRONT_DOOR
    assert dedupe.__all__ == sorted(dedupe.__all__)
    for name in dedupe.__all__:
        assert getattr(dedupe, name) is not None
    assert set(dir(dedupe)) >= FRONT_DOOR


def test_a_name_that_is_not_there_says_so():
    with pytest.raises(AttributeError, match="dedup_all"):
        _ = dedupe.dedup_all


def test_importing_the_package_loads_nothing_heavy():
    heavy = ["numpy", "trafilatura", "lxml", "datasketch", "scipy", "msgspec", "typer", "rich", "dedupe.engine"]
    code = f"import sys, dedupe; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(SOURCE.parent)}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_stages_import_downwards_only():
    pytest.importorskip("importlinter", reason="needs the lint extra: pip install -e '.[lint]'")
    # In a process of its own: it configures logging for all of it, and stumbles over what other tests have imported.
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_no_attic():
    attics = {"utils", "util", "core", "common", "misc", "helpers", "helper", "base", "shared", "stuff"}
    names = {path.stem.strip("_") for path in MODULES} | {path.name for path in SOURCE.rglob("*") if path.is_dir()}
    assert names & attics == set()


def lines_of_code(text, tree):
    """Lines that are neither blank nor part of a docstring."""
    documented = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            documented |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(bool(line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in documented)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_says_what_it_is_for_and_stays_readable(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module begins with what it is for"
    assert lines_of_code(text, tree) <= 300, "a module is read in one sitting"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = len((ast.get_docstring(node, clean=False) or "").splitlines())
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - documented
            assert lines <= 50, f"{node.name} has {lines} lines of code"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_executes_what_it_reads(path):
    banned = {"eval", "exec", "pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in banned
            assert node.func.id != "hash", "Python's hash() differs from process to process"
        if isinstance(node, ast.Import):
            assert not {name.name.split(".")[0] for name in node.names} & banned
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in banned


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_the_top_layer_prints(path):
    if path.is_relative_to(SOURCE / "cli"):
        return
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert "print" not in calls


def test_every_public_name_is_documented():
    for name in dedupe.__all__:
        assert inspect.getdoc(getattr(dedupe, name)), name


def test_every_module_can_be_imported():
    for path in MODULES:
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        if parts[-1] == "__main__" or (len(parts) > 2 and parts[-1].startswith("_native")):
            continue  # the one runs the command, the other needs a compiler
        with contextlib.suppress(dedupe.MissingExtraError):  # it names the command that installs the extra
            importlib.import_module(".".join(part for part in parts if part != "__init__"))


def tracked_texts():
    """Every text file of the repository, as git knows it; without git, as the folder has it."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    folders = ("src", "tests", "docs", "benchmarks", ".ci")
    names = listed.stdout.splitlines() or [
        str(path.relative_to(ROOT)) for folder in folders for path in sorted((ROOT / folder).rglob("*"))
    ]
    for name in names:
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".json", ".c", ".h", ".css", ".html", ".cfg", ""}:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_nothing_names_the_machine_it_was_written_on():
    machine = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/\w|file:///o[p]t|localhost:\d")
    found = [(name, match.group()) for name, text in tracked_texts() for match in [machine.search(text)] if match]
    assert found == []
