"""What an alignment must satisfy, checked the slow and obvious way."""

from functools import cache


def longest_common_subsequence(left, right):
    """Length of the longest common subsequence, straight from its definition."""

    @cache
    def length(i, j):
        if i == len(left) or j == len(right):
            return 0
        if left[i] == right[j]:
            return 1 + length(i + 1, j + 1)
        return max(length(i + 1, j), length(i, j + 1))

    return length(0, 0)


def rebuilt(a, b, rows):
    """Replay an alignment: ``b`` from what ``a`` shares and what only ``b`` has, passage by passage.

    Inside a passage a greedy subsequence stands for the shared tokens; outside, ``b`` speaks for itself.
    """
    result = list(b)
    for start_a, end_a, start_b, end_b, matched in rows:
        left, right = a[start_a:end_a], b[start_b:end_b]
        assert longest_common_subsequence(tuple(left), tuple(right)) >= matched
        if matched == len(left) == len(right):
            result[start_b:end_b] = left
    return result
