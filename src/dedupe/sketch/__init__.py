"""Who might be related, generously: MinHash signatures in bands, and winnowed fingerprints for passages.

In come texts; out come candidate pairs, each with the channels that proposed it and every cap that bit. Nothing is
decided here: a candidate that nobody verifies is worth nothing.
"""
