"""What the texts themselves say about a pair.

In come two bodies; out goes a :class:`dedupe.Comparison`: the aligned passages with spans on both sides, the measures
taken from them, and the relation they amount to, with the number that decided. Which pairs are worth the work is the
business of ``sketch``; which documents end up together is the business of ``group``.
"""
