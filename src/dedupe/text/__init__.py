"""From text to tokens one can trust: normalisation, words in every script with offsets, shingles.

In comes a text as found; out come tokens and shingle hashes that are equal whenever a reader would call the words
equal. What is prose and what is chrome, and who is credited, is decided here too; what two texts share is not.
"""
