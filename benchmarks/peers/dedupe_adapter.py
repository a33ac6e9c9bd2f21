"""This project, by its public names, held to the same task: pairs with exact Jaccard >= t on the texts as they are.

Chrome removal is off (``Config(clean=False)``) because no peer has it and the truth is counted on whole texts. The
pairs are those verified comparisons whose *Jaccard* reaches the threshold; our own clusters follow another rule
(aligned coverage), so they are not what is scored here. Equal bodies are compared once and tied to one of them; here
they are multiplied out again, inside the measured time. ``documented`` is the default configuration; ``recall``
nominates at the threshold itself, as a user would who wants nothing below it.
"""

from collections.abc import Iterable
from itertools import combinations, product

from common import Answer, Job, run

from dedupe import Comparison, Config, _kernels, cluster, read
from dedupe.sketch.minhash import signatures as sketch


def signatures(texts: list[str]) -> int:
    return len(sketch(texts)[0])


def multiply_out(comparisons: Iterable[Comparison], threshold: float) -> list[tuple[str, str]]:
    """Return all pairs that the comparisons stand for: every copy of ``a`` with every copy of ``b``."""
    wanted = [pair for pair in comparisons if pair.jaccard >= threshold]
    group: dict[str, list[str]] = {}
    for pair in wanted:
        a, b = str(pair.a), str(pair.b)
        one, other = group.setdefault(a, [a]), group.setdefault(b, [b])
        if pair.relation.text == "identical" and one is not other:
            one += other
            for name in other:
                group[name] = one
    found = set()
    for pair in wanted:
        one, other = group[str(pair.a)], group[str(pair.b)]
        for a, b in combinations(one, 2) if one is other else product(one, other):
            found.add((a, b) if a < b else (b, a))
    return sorted(found)


def pairs(job: Job) -> Answer:
    config = Config(clean=False)
    if job.setting == "recall":
        config = config.replace(nominate_jaccard=job.threshold)
    result = cluster(read(job.corpus), config=config)
    documents = sum(len(cluster.members) for cluster in result.clusters) + len(result.skipped)
    notes = {"kernel": _kernels.name, "verified_pairs": len(result.pairs)}
    return Answer(documents, multiply_out(result.pairs, job.threshold), notes=notes)


if __name__ == "__main__":
    run("dedupe-syndication", signatures=signatures, pairs=pairs)
