"""The outside world, in and out.

Readers turn folders and files into :class:`~dedupe.records.Document` records, lazily and one at a time, and account
for everything they could not read as :class:`~dedupe.records.Skipped`. Writers turn results into bytes that are the
same for the same result, and put them where they belong in one step. Paths are known here and above, nowhere below.
"""
