"""What people look at: the table at a terminal, the account of one pair, one self-contained page of HTML.

In comes a finished :class:`~dedupe.engine.result.Result`; out goes text. Nothing here decides anything, reads a path
or prints. Whatever comes from a document passes :mod:`dedupe.report.visible` first, so that no title, id or quotation
can act on a terminal or in a browser.
"""
