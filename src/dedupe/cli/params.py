"""``dedupe params``: with which probability a pair of a given Jaccard is nominated."""

from typing import Annotated

import typer

from dedupe.cli.streams import emit
from dedupe.config import Config

DEFAULTS = Config()
BAR_CELLS = 40

Jaccard = Annotated[float, typer.Option(help="Jaccard at which the recall is promised, above 0 and at most 1.")]
Recall = Annotated[float, typer.Option(help="Wanted probability that such a pair is nominated, above 0 and below 1.")]
NumPerm = Annotated[int, typer.Option("--num-perm", min=1, max=4_096, help="Slots in a signature, 4 bytes each.")]


def params(
    *,
    jaccard: Jaccard = DEFAULTS.nominate_jaccard,
    recall: Recall = DEFAULTS.nominate_recall,
    num_perm: NumPerm = DEFAULTS.num_perm,
) -> None:
    """Print how likely a pair of a given Jaccard is nominated.

    Chooses the bands that reach the recall at the Jaccard and prints their S-curve, 1 - (1 - J^rows)^bands: the
    probability that MinHash LSH nominates a pair whose word shingles have Jaccard J.
    Nominated pairs are verified word by word, so a generous choice costs time and never a wrong answer.
    """
    from dedupe.sketch.lsh import choose_bands, probability, s_curve

    bands = choose_bands(num_perm, jaccard=jaccard, recall=recall)
    lines = [
        f"{num_perm} slots ({num_perm * 4} bytes a signature) cut into {bands.bands} bands of {bands.rows} rows",
        f"a pair at Jaccard {jaccard:g} is nominated with probability {probability(jaccard, *bands):.4f}",
        "",
        "Jaccard  nominated with probability",
    ]
    for at, nominated in s_curve(bands):
        lines.append(f"{at:7.2f}  {nominated:8.4f}  {'#' * round(nominated * BAR_CELLS)}".rstrip())
    emit("\n".join(lines) + "\n", None)
