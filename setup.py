"""Build the optional native kernel; everything else stands in pyproject.toml.

The extension is optional on purpose: without a compiler the install still works, the numpy kernel answers, and
``dedupe --version`` says so. It uses CPython's limited API, so one wheel serves every Python from 3.11 on.

``DEDUPE_STRICT_BUILD=1`` turns warnings, and a build that fails, into errors: for CI, never for users.
"""

import os
import sys
from pathlib import Path

from setuptools import Extension, setup

FOLDER = Path("src/dedupe/_kernels")
SOURCES = sorted(str(path) for path in FOLDER.glob("*.c"))
HEADERS = sorted(str(path) for path in FOLDER.glob("*.h"))
STRICT = os.environ.get("DEDUPE_STRICT_BUILD") == "1"

if sys.platform == "win32":
    FLAGS = ["/O2", "/std:c11", "/experimental:c11atomics"]
else:
    FLAGS = [
        "-O3",
        "-std=c11",
        "-fvisibility=hidden",
        *(["-Wall", "-Wextra", "-Wconversion", "-Werror"] if STRICT else []),
    ]

setup(
    ext_modules=[
        Extension(
            "dedupe._kernels._native",
            sources=SOURCES,
            depends=HEADERS,
            extra_compile_args=FLAGS,
            define_macros=[("Py_LIMITED_API", "0x030B0000")],
            py_limited_api=True,
            optional=not STRICT,
        )
    ]
    if SOURCES
    else [],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
