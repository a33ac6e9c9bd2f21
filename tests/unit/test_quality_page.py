"""The quality page says what was measured, in the columns it names; floors move one way."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"


@pytest.fixture
def benchmark_module(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))

    def load(name):
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def recorded():
    return json.loads((BENCHMARKS / "results" / "quality.json").read_text("utf-8"))


def test_the_page_is_what_the_recorded_figures_make(benchmark_module, recorded):
    page = benchmark_module("quality_page").page(recorded)
    assert (ROOT / "docs" / "benchmarks.md").read_text("utf-8") == page


def test_precision_recall_and_f1_stand_under_their_names(benchmark_module, recorded):
    copy = recorded["abp_adjudicated"]["ours"]["all"]["copy"]
    row = f"| dedupe, all (192 pairs) | {copy['precision']:.3f} | {copy['recall']:.3f} | {copy['f1']:.3f} |"
    assert row in benchmark_module("quality_page").page(recorded)


def test_recorded_figures_keep_the_floors(benchmark_module, recorded):
    quality = benchmark_module("quality")
    floors = json.loads((BENCHMARKS / "floors.json").read_text("utf-8"))
    assert quality.below_floors(recorded, floors) == []


def test_a_fallen_figure_is_named_and_its_floor_stays(benchmark_module, recorded):
    quality = benchmark_module("quality")
    floors = {"basil": {"data": recorded["basil"]["data"], "most": {"copies": 0}, "least": {"copies": 1}}}
    assert quality.below_floors(recorded, floors) == ["basil/copies: 0.0000 is below its floor 1"]
    assert quality.raised(recorded, floors) == floors


def test_floors_of_other_data_are_not_judged(benchmark_module, recorded):
    quality = benchmark_module("quality")
    floors = {"basil": {"data": "other", "least": {"copies": 1}}}
    assert quality.below_floors(recorded, floors) == []
