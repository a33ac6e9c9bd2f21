"""Build the optional native kernel; everything else stands in pyproject.toml.

The extension is optional on purpose: without a compiler the install still works, the numpy kernel answers, and
``dedupe --version`` says so. It uses CPython's limited API, so one wheel serves every Python from 3.11 on.
"""

from pathlib import Path

from setuptools import Extension, setup

SOURCES = sorted(str(path) for path in Path("src/dedupe/_kernels").glob("*.c"))

setup(
    ext_modules=[
        Extension(
            "dedupe._kernels._native",
            sources=SOURCES,
            extra_compile_args=["-O3", "-std=c11"],
            define_macros=[("Py_LIMITED_API", "0x030B0000")],
            py_limited_api=True,
            optional=True,
        )
    ]
    if SOURCES
    else [],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
