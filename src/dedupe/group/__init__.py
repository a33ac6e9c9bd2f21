"""From verified pairs to answers: which documents carry one text, which of them to keep, and where it comes from.

In come comparisons that the verify stage has decided; out go clusters, a partition of the documents, and the verified
pairs that were not enough to merge. Nothing here reads a text: whoever calls supplies the way to verify a further pair.
"""
