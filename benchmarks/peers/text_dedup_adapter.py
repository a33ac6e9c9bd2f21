"""text-dedup: its own stages with the configuration of its README (240 slots, 5-grams, verification on).

Verification is exact there, but clusters are formed before it and the documents that pass are regrouped by those
unverified clusters. ``recall`` asks for 32 bands of 4 rows in 128 slots. One process (``num_proc=1``), no cache.
"""

import os
import pickle

from common import RECALL_BANDS, RECALL_ROWS, SLOTS, Answer, Job, run

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

from text_dedup.config.algorithms.minhash import MinHashAlgorithmConfig

BANDS = {"documented": {}, "recall": {"bands": RECALL_BANDS, "rows": RECALL_ROWS}}


def signatures(texts: list[str]) -> int:
    algorithm = MinHashAlgorithmConfig(
        algorithm_name="minhash", text_column="text", num_perm=SLOTS, threshold=0.7, ngram_size=5, bands=32, rows=4
    )
    embed = algorithm.get_embed_func()
    return sum(len(embed([text], [number])) > 0 for number, text in enumerate(texts))


def pairs(job: Job) -> Answer:
    os.environ["HF_DATASETS_CACHE"] = str(job.work / "cache")
    from text_dedup.config.base import load_config_from_toml
    from text_dedup.minhash import main

    wanted = {"num_perm": SLOTS, **BANDS["recall"]} if job.setting == "recall" else {"num_perm": 240}
    extra = "\n".join(f"{name} = {value}" for name, value in wanted.items())
    config = job.work / "config.toml"
    config.write_text(f"""
[input]
input_type = "local_files"
file_type = "json"
[input.read_arguments]
path = "json"
data_files = "{job.corpus}"
split = "train"
cache_dir = "{job.work}/cache"
[algorithm]
algorithm_name = "minhash"
text_column = "text"
seed = 42
batch_size = 10000
threshold = {job.threshold}
hash_bits = 64
ngram_size = 5
check_false_positive = true
num_proc = 1
{extra}
[output]
output_dir = "{job.work}/output"
clean_cache = false
save_clusters = true
[debug]
enable_profiling = false
""")
    loaded = load_config_from_toml(config)
    main(loaded)
    ids = job.documents()[0]
    with (job.work / "output" / "clusters.pickle").open("rb") as file:
        parents = pickle.load(file)
    clusters: dict[int, list[str]] = {}
    for number, parent in sorted(parents.items()):
        clusters.setdefault(parent, []).append(ids[number])
    notes = {"bands": loaded.algorithm.bands, "rows": loaded.algorithm.rows}
    return Answer(len(ids), clusters=list(clusters.values()), notes=notes)


if __name__ == "__main__":
    run("text-dedup", signatures=signatures, pairs=pairs)
