"""Print how right the answers are on labelled data: ``python benchmarks/quality.py [SET ...]``.

One default configuration for every set, no tuning per set. Each set is clustered once; pairs that no channel nominated
are compared all the same where gold asks about them. Beside our figures stand those of exact Jaccard, exact containment
and datasketch's LSH. Figures are held against ``floors.json``, which names the data they hold for; a figure below its
floor makes the exit code 1. ``--raise-floors`` moves floors up and never down.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from labelled import SETS, data_directory, fingerprint
from quality_baselines import BASELINES
from quality_page import page
from quality_sets import RUNS

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "quality.json"
FLOORS = HERE / "floors.json"
PAGE = HERE.parent / "docs" / "benchmarks.md"


def show(report: Any, indent: int = 0) -> None:
    """Print nested figures, one a line."""
    pad = "  " * indent
    for key, value in report.items():
        if isinstance(value, dict) and any(isinstance(inner, dict | tuple) for inner in value.values()):
            print(f"{pad}{key}")
            show(value, indent + 1)
        elif isinstance(value, dict):
            shown = "  ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in value.items())
            print(f"{pad}{key}: {shown}")
        elif isinstance(value, tuple):
            print(f"{pad}{key}: precision {value[0]:.3f}  recall {value[1]:.3f}  f1 {value[2]:.3f}")
        else:
            print(f"{pad}{key}: {value:.3f}" if isinstance(value, float) else f"{pad}{key}: {value}")


def figure(figures: dict[str, Any], path: str) -> float:
    """Look up ``set/part/name`` in the nested figures."""
    value: Any = figures
    for name in path.split("/"):
        value = value[name]
    return float(value)


def below_floors(figures: dict[str, Any], floors: dict[str, Any]) -> list[str]:
    """Return what has fallen; sets that were not run, or whose data is other data, are not judged."""
    fallen = []
    for name, floor in floors.items():
        if name not in figures:
            continue
        if figures[name]["data"] != floor["data"]:
            print(f"{name}: the data differs from what the floors were set for; not judged", file=sys.stderr)
            continue
        ours = figures[name]["ours"]
        fallen += [
            f"{name}/{path}: {figure(ours, path):.4f} is below its floor {least}"
            for path, least in floor.get("least", {}).items()
            if figure(ours, path) < least
        ]
        fallen += [
            f"{name}/{path}: {figure(ours, path):.0f} is above its ceiling {most}"
            for path, most in floor.get("most", {}).items()
            if figure(ours, path) > most
        ]
    return fallen


def raised(figures: dict[str, Any], floors: dict[str, Any]) -> dict[str, Any]:
    """Return floors moved up to what was reached, less a thousandth; never down, and only for the same data."""
    result = json.loads(json.dumps(floors))
    for name, floor in result.items():
        if name in figures and figures[name]["data"] == floor["data"]:
            ours = figures[name]["ours"]
            for path, least in floor.get("least", {}).items():
                floor["least"][path] = max(least, int(1000 * figure(ours, path)) / 1000)
    return result


def main() -> int:
    """Run the chosen sets, print their figures, hold them against the floors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{', '.join(SETS)}; all unless named")
    parser.add_argument("--no-baselines", action="store_true", help="only our own figures")
    parser.add_argument("--page", action="store_true", help="record the figures and write docs/benchmarks.md from them")
    parser.add_argument("--raise-floors", action="store_true", help="move floors up to what was reached")
    options = parser.parse_args()
    folder = data_directory()
    figures: dict[str, Any] = {}
    for name in options.sets or SETS:
        figures[name] = {"data": fingerprint(folder, name), "ours": RUNS[name](folder)}
        if name in BASELINES and not options.no_baselines:
            figures[name]["baselines"] = BASELINES[name](folder)
        print(f"\n{name}")
        show(figures[name], 1)
    if options.page:
        RESULTS.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", "utf-8")
        PAGE.write_text(page(json.loads(RESULTS.read_text("utf-8"))), "utf-8")
    floors = json.loads(FLOORS.read_text("utf-8"))
    if options.raise_floors:
        FLOORS.write_text(json.dumps(raised(figures, floors), indent=2, sort_keys=True) + "\n", "utf-8")
    fallen = below_floors(figures, floors)
    for line in fallen:
        print(line, file=sys.stderr)
    return 1 if fallen else 0


if __name__ == "__main__":
    raise SystemExit(main())
