"""Sphinx: Markdown pages, the front door's docstrings, and warnings that are errors (``sphinx-build -W``)."""

import dedupe

project = "dedupe"
author = "the dedupe-syndication authors"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx reads this name
version = release = dedupe.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"dedupe {release}"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_use_ivar = True
