"""The C code under AddressSanitizer and UndefinedBehaviorSanitizer, fed hostile texts."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import dedupe

FOLDER = Path(dedupe.__file__).parent
FUZZ = Path(__file__).with_name("fuzz_native.py")
SANITIZERS = [
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
    "-g",
    "-O1",
    "-DDEDUPE_TINY_BUFFERS",
]
LANGUAGE = ["-std=c11", "-DPy_LIMITED_API=0x030B0000", f"-I{sysconfig.get_path('include')}"]
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]


def compiler():
    found = shutil.which("gcc") or shutil.which("clang")
    if (
        not found
        or not Path(sysconfig.get_path("include"), "Python.h").exists()
        or not list(FOLDER.glob("_kernels/*.c"))
    ):
        pytest.skip("needs a C compiler, Python's headers and the sources")
    return found


def build(folder, flags):
    """Copy the kernels beside the modules they import and compile them there."""
    package = folder / "dedupe"
    shutil.copytree(FOLDER / "_kernels", package / "_kernels", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copy(FOLDER / "errors.py", package)
    (package / "__init__.py").touch()
    sources = [str(path) for path in sorted((package / "_kernels").glob("*.c"))]
    target = package / "_kernels" / "_native.abi3.so"
    subprocess.run([compiler(), *LANGUAGE, *flags, "-fPIC", "-shared", *sources, "-o", str(target)], check=True)


def runtime(name):
    """Where the compiler keeps a sanitizer's library: it must be loaded before Python."""
    return subprocess.run(
        [compiler(), f"-print-file-name={name}"], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_the_sources_give_no_cause_for_a_warning():
    """All that is warned of while reading; what only optimisation finds out is an error where sanitizers are built in."""
    sources = map(str, sorted(FOLDER.glob("_kernels/*.c")))
    subprocess.run([compiler(), *LANGUAGE, *WARNINGS, "-fsyntax-only", *sources], check=True)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_hostile_texts_break_nothing_under_sanitizers(tmp_path):
    build(tmp_path, [*SANITIZERS, *WARNINGS])
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path),
        "LD_PRELOAD": runtime("libasan.so"),
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
        "PYTHONMALLOC": "malloc",
    }
    seconds = os.environ.get("DEDUPE_FUZZ_SECONDS", "30")
    seed = os.environ.get("DEDUPE_FUZZ_SEED", "1")
    done = subprocess.run(
        [sys.executable, str(FUZZ), seconds, seed], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-5_000:]
    assert int(done.stdout.split()[0]) > 0
