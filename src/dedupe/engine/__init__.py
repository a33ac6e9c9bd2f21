"""The stages in order: documents in, a :class:`dedupe.Result` out.

``batch`` answers for a whole set at once. It puts the stages one after the other, keeps the accounts (seen = used +
skipped + failed) and leaves reading files, showing results and the command line to the layers above.
"""
