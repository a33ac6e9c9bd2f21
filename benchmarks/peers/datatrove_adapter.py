"""datatrove: the four MinHash stages of its example, one task, one worker.

It does not verify: what shares one band is a duplicate. ``documented`` is its default of 14 bands x 8 rows, ``recall``
is 32 x 4 (there is no threshold to give). Its own normalisation and word tokeniser apply. Clusters are read from
stage 3; stage 4 (writing the kept documents) is left out because few other engines write the corpus again.
"""

import struct

from common import RECALL_BANDS, RECALL_ROWS, Answer, Job, read, run
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster
from datatrove.pipeline.readers import JsonlReader
from datatrove.utils.logging import logger

logger.remove()


def signatures(texts: list[str]) -> int:
    stage = MinhashDedupSignature(
        output_folder="memory://signatures", config=MinhashConfig(n_grams=5, num_buckets=16, hashes_per_bucket=8)
    )
    count = 0
    for text in texts:
        words = stage.get_shingles(text)
        if words.size:
            stage.get_signature(words)
        count += 1
    return count


def pairs(job: Job) -> Answer:
    bands, rows = (RECALL_BANDS, RECALL_ROWS) if job.setting == "recall" else (14, 8)
    config = MinhashConfig(n_grams=5, num_buckets=bands, hashes_per_bucket=rows)
    folder = str(job.work)
    stages = [
        (
            1,
            [
                JsonlReader(str(job.corpus.parent), glob_pattern=job.corpus.name),
                MinhashDedupSignature(output_folder=f"{folder}/signatures", config=config),
            ],
        ),
        (bands, [MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)]),
        (
            1,
            [MinhashDedupCluster(f"{folder}/buckets", f"{folder}/clusters", config=config, save_cluster_id=True)],
        ),
    ]
    for number, (tasks, steps) in enumerate(stages):
        LocalPipelineExecutor(steps, tasks=tasks, workers=1, logging_dir=f"{folder}/logs/{number}").run()
    logger.remove()
    ids = [record["id"] for record in read(job.corpus)]
    clusters: dict[int, list[str]] = {}
    content = (job.work / "clusters" / "000000.clusters").read_bytes()
    for document, cluster in struct.iter_unpack("<2I", content):
        clusters.setdefault(cluster, []).append(ids[document])
    return Answer(len(ids), clusters=list(clusters.values()), notes={"bands": bands, "rows": rows})


if __name__ == "__main__":
    run("datatrove", signatures=signatures, pairs=pairs)
