"""This project, by its public names, held to the same task: pairs with exact Jaccard >= t on the texts as they are.

Chrome removal is off (``Config(clean=False)``) because no peer has it and the truth is counted on whole texts. The
pairs are those verified comparisons whose *Jaccard* reaches the threshold; our own clusters follow another rule (aligned
coverage), so they are not what is scored here. ``documented`` is the default configuration; ``recall`` nominates at the
threshold itself, as a user would who wants nothing below it.
"""

from common import Answer, Job, run


def signatures(texts: list[str]) -> int:
    from dedupe.sketch.minhash import signatures as sketch

    return len(sketch(texts)[0])


def pairs(job: Job) -> Answer:
    import dedupe
    from dedupe import _kernels

    config = dedupe.Config(clean=False)
    if job.setting == "recall":
        config = config.replace(nominate_jaccard=job.threshold)
    result = dedupe.cluster(dedupe.read(job.corpus), config=config)
    found = [(str(pair.a), str(pair.b)) for pair in result.pairs if pair.jaccard >= job.threshold]
    documents = sum(len(cluster.members) for cluster in result.clusters) + len(result.skipped)
    return Answer(documents, found, notes={"kernel": _kernels.name})


if __name__ == "__main__":
    run("dedupe-syndication", signatures=signatures, pairs=pairs)
