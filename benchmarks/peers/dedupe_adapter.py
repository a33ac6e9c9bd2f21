"""This project, by its public names, held to the same task: pairs with exact Jaccard >= t on the texts as they are.

The preset is ``corpus``: chrome removal, links by shared passages or wording, and origins are off, because no peer has
them and the truth is counted on whole texts. The pairs are those verified comparisons whose *Jaccard* reaches the
threshold; our own clusters follow another rule (aligned coverage), so they are not what is scored here. Equal bodies
are compared once and tied to one of them; here they are multiplied out again, inside the measured time. ``documented``
is the preset as it is; ``recall`` nominates at the threshold itself, as a user would who wants nothing below it.

Of two texts with Jaccard J one shares at least 2 J / (1 + J) with the other: .82 at .7, so the preset, which verifies
what covers .80, is as it should be. For a lower threshold of the benchmark its own threshold goes down accordingly.
"""

from common import Answer, Job, multiply_out, run

from dedupe import Config, _kernels, cluster, read
from dedupe.sketch.minhash import signatures as sketch

MARGIN = 0.02
"""Passages leave short shared runs out, so the covered share of a text can be a little less than that of shingles."""


def signatures(texts: list[str]) -> int:
    return len(sketch(texts)[0])


def pairs(job: Job) -> Answer:
    preset = Config.preset("corpus")
    shared = 2 * job.threshold / (1 + job.threshold)
    config = preset.replace(threshold=min(preset.threshold, shared - MARGIN))
    if job.setting == "recall":
        config = config.replace(nominate_jaccard=job.threshold)
    result = cluster(read(job.corpus), config=config)
    documents = len(result.documents) + len(result.skipped)
    threshold = job.threshold
    found = [
        (str(a), str(b), relation == "identical")
        for a, b, relation, _, jaccard in result.scores()
        if jaccard >= threshold
    ]
    notes = {"kernel": _kernels.name, "verified_pairs": len(result.pairs)}
    return Answer(documents, multiply_out(found), notes=notes)


if __name__ == "__main__":
    run("dedupe-syndication", signatures=signatures, pairs=pairs)
