"""From a page to a body.

In comes a :class:`~dedupe.records.Document` as the caller has it: text, HTML or bytes of unknown kind. Out goes a
:class:`~dedupe.records.Body` (the text, the stretches of it that are not page chrome, the metadata) or a
:class:`~dedupe.records.Skipped` that says why there is none. Nothing here opens a file, reaches the network or keeps
state between documents; what the words mean is left to :mod:`dedupe.text`, who they resemble to the stages above.
"""
