"""The command line as scripts and people meet it: data on standard output, everything else on standard error."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys

import pytest

import dedupe
from commands import OTHER, ROOT, run, run_process
from dedupe.cli.exits import ExitCode, exit_code_of
from dedupe.cli.options import PresetName, config_of
from dedupe.errors import BusyStoreError, ConfigError, CorpusError, CorruptStoreError, DedupeError, InputError


def test_params_prints_the_curve_of_the_chosen_bands():
    done = run("params", "--jaccard", "0.8", "--recall", "0.99")
    found = re.search(r"cut into (\d+) bands of (\d+) rows", done.stdout)
    bands, rows = map(int, found.groups())
    assert 1 - (1 - 0.8**rows) ** bands >= 0.99
    curve = dict(re.findall(r"^ *([01]\.\d\d) +([01]\.\d{4})", done.stdout, re.MULTILINE))
    assert len(curve) == 21
    assert float(curve["0.40"]) == pytest.approx(1 - (1 - 0.4**rows) ** bands, abs=5e-5)


def test_params_refuses_what_no_bands_can_reach():
    done = run("params", "--jaccard", "0.01", "--recall", "0.999")
    assert done.exit_code == ExitCode.USAGE
    assert "no bands of 128 slots" in done.stderr


def test_version_names_the_kernel():
    done = run("--version")
    assert re.fullmatch(r"dedupe \S+ \(kernel: (native|numpy), Python [\d.]+\S*\)\n", done.stdout)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), ExitCode.USAGE),
        (dedupe.MissingExtraError("x"), ExitCode.USAGE),
        (InputError("x"), ExitCode.REFUSED),
        (CorpusError("x"), ExitCode.REFUSED),
        (CorruptStoreError("x"), ExitCode.REFUSED),
        (BusyStoreError("x"), ExitCode.BUSY),
        (DedupeError("x"), ExitCode.REFUSED),
    ],
)
def test_every_error_has_its_exit_code(error, code):
    assert exit_code_of(error) is code


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (BusyStoreError("held by\nprocess 12"), 4, "dedupe: held by process 12\n"),
        (KeyboardInterrupt(), 130, "dedupe: interrupted\n"),
        (PermissionError(13, "Permission denied", "locked"), 3, "dedupe: locked: Permission denied\n"),
    ],
)
def test_an_error_is_one_line_without_a_traceback(folder, monkeypatch, raised, code, said):
    def failing(*_, **__):
        raise raised

    monkeypatch.setattr(dedupe, "cluster", failing)
    done = run("scan", folder)
    assert (done.exit_code, done.stderr, done.stdout) == (code, said, "")


def test_a_mistake_of_ours_is_not_hidden(folder, monkeypatch):
    def failing(*_, **__):
        raise AssertionError("a bug")

    monkeypatch.setattr(dedupe, "cluster", failing)
    with pytest.raises(AssertionError, match="a bug"):
        run("scan", folder)


def test_a_reader_that_goes_away_is_no_error_message():
    command = [sys.executable, "-m", "dedupe", "params"]
    read, write = os.pipe()
    os.close(read)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, stdout=write, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(write)
    assert done.returncode == ExitCode.PIPE_CLOSED == 128 + signal.SIGPIPE
    assert done.stderr == b""


def test_a_narrow_encoding_gets_escapes_instead_of_a_crash(folder):
    (folder / "räksmörgås.txt").write_text(OTHER)
    done = run_process("scan", folder, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == ExitCode.DONE
    assert b"independent origins" in done.stdout


def test_progress_needs_a_terminal(folder):
    done = run_process("scan", folder, "--format", "json")
    assert done.stderr == b""
    json.loads(done.stdout)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("options", "shown"), [((), True), (("--quiet",), False)])
def test_at_a_terminal_progress_goes_to_standard_error_alone(folder, options, shown):
    watched, terminal = os.openpty()
    target = folder.parent / "answer.json"
    command = [sys.executable, "-m", "dedupe", "scan", str(folder), "--format", "json", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm"}
    seen = b""
    with (
        target.open("wb") as answer,
        subprocess.Popen(command, env=environment, stdout=answer, stderr=terminal) as done,
    ):
        os.close(terminal)
        with contextlib.suppress(OSError):  # how Linux says that nobody writes to a terminal any more
            while block := os.read(watched, 65_536):
                seen += block
    os.close(watched)
    assert done.returncode == ExitCode.DONE
    assert (b"reading" in seen) is shown
    assert json.loads(target.read_text())["counts"]["used"] == 3


def test_help_loads_nothing_heavy():
    heavy = ["trafilatura", "datasketch", "scipy", "numpy", "lxml", "dedupe.engine.batch"]
    code = (
        "import sys; from typer.testing import CliRunner; from dedupe.cli.app import app;"
        "done = CliRunner().invoke(app, ['--help']); assert done.exit_code == 0, done.output;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("command", ["scan", "compare", "explain", "extract", "report", "params"])
def test_every_command_helps(command):
    done = run(command, "--help")
    assert done.exit_code == 0
    assert "Options:" in done.stdout


def test_a_preset_is_kept_unless_an_option_says_otherwise():
    assert config_of(preset=PresetName.CORPUS) == dedupe.Config.preset("corpus")
    assert config_of(preset=PresetName.CORPUS, clean=True).clean
    assert not config_of(clean=False).clean
    assert config_of().clean
