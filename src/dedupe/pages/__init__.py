"""From a page to a body.

In comes a :class:`~dedupe.records.Document` as the caller has it: text, HTML or bytes of unknown kind. Out goes a
:class:`~dedupe.records.Body` (the text, the stretches of it that are not page chrome, the metadata) or a
:class:`~dedupe.records.Skipped` that says why there is none. Extraction opens no file, reaches no network and keeps no
state between documents; what the words mean is left to :mod:`dedupe.text`, who they resemble to the stages above.
:mod:`dedupe.pages.workers` runs it in processes of their own, within limits.
"""
