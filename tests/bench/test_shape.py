"""Every bench has one shape: two paths in turn, and a last line that a program can read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bench import _shape, table
from bench import all as every

ROOT = Path(__file__).parents[2]
NAMES = {path.stem for path in (ROOT / "bench").glob("[a-z]*.py")} - {"all", "table"}
COMMON = {"bench", "ratio", "medians", "ratios", "rows", "rounds", "versions", "machine", "load", "cores", "date"}


def told(name: str, *more: str) -> dict[str, Any]:
    """The last line of a bench that runs in the tests' own home."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *more],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
        cwd=ROOT,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "more", "measures"),
    [
        ("pool", ("--rows", "300", "--rounds", "1", "--times", "3"), {"everybody", "nobody"}),
        ("traces", ("--rows", "200", "--rounds", "1", "--clients", "2", "--seconds", "0.2"), {"traces"}),
    ],
)
def test_tells_medians_ratios_rows_versions_and_day(name: str, more: tuple[str, ...], measures: set[str]) -> None:
    found = told(name, *more)
    assert set(found) >= COMMON
    assert found["bench"] == name
    assert found["rows"] == int(more[1])
    assert set(found["versions"]) == {"python", "postgresql", "product"}
    assert datetime.fromisoformat(found["date"]).tzinfo is not None
    assert measures <= set(found["medians"]) == set(found["ratios"])
    for each in found["medians"].values():
        assert each["product"] > 0
        assert each["bare"] > 0
    assert found["ratio"] == next(iter(found["ratios"].values()))


def test_all_runs_what_there_is() -> None:
    assert set(every.BENCHES) <= NAMES
    assert set(every.BENCHES) >= {
        *("claims", "imports", "pool", "pages", "worklist", "member", "gate", "texts", "calls", "reports", "sealing", "traces"),
        *("boards", "api", "reshuffle", "campaign"),
    }


def test_each_has_the_arguments_of_all() -> None:
    for name in every.BENCHES:
        text = (ROOT / "bench" / f"{name}.py").read_text(encoding="utf-8")
        assert "_shape.parser(" in text, name
        assert "_shape.run(" in text or "_shape.tell(" in text or "_shape.shaped(" in text, name


class TestMeasure:
    def test_a_ratio_is_what_the_product_keeps(self) -> None:
        rate = _shape.Measure("rate", float, float, products=[50, 70, 60], bares=[100, 120, 80])
        took = _shape.Measure("took", float, float, unit=_shape.MS, products=[20], bares=[10])
        assert (rate.ratio, took.ratio) == (0.6, 0.5)
        assert _shape.Measure("alone", float, products=[1]).ratio is None

    def test_rounds_change_their_order_and_the_first_warms_up(self) -> None:
        order: list[str] = []

        def note(what: str) -> float:
            order.append(what)
            return float(len(order))

        measure = _shape.Measure("one", lambda: note("product"), lambda: note("bare"))
        _shape.in_turn([measure], rounds=2)
        assert order == ["bare", "product", "product", "bare", "bare", "product"]
        assert (measure.products, measure.bares) == ([3.0, 6.0], [4.0, 5.0])


RESULTS: list[dict[str, Any]] = [
    {"bench": "pool", "rows": rows, "load": 0.4, "date": "2026-11-26T18:00:00+08:00", "ratios": {"nobody": 0.9},
     "medians": {"nobody": {"product": cost, "bare": cost * 0.9, "unit": "ms"}}}
    for rows, cost in ((100_000, 5.0), (1_000_000, 5.5), (10_000_000, 10.0))
]  # fmt: skip


class TestTable:
    def test_has_a_line_for_each_measure_and_size(self) -> None:
        lines = table.markdown(RESULTS).splitlines()
        assert len(lines) == 5
        assert lines[4] == "| pool | nobody | 10,000,000 | 10.0 ms | 9.0 ms | 0.90 | 0.4 | 2026-11-26 |"

    def test_draws_cost_against_size(self) -> None:
        found = table.costs(RESULTS)
        assert found == {"pool: nobody": [(100_000, 1.0), (1_000_000, 1.1), (10_000_000, 2.0)]}
        drawn = ET.fromstring(table.picture(found))
        assert len(drawn.findall("{*}polyline")) == 1
        assert [each.text for each in drawn.findall("{*}text") if each.text in {"100k", "1M", "10M"}] == ["100k", "1M", "10M"]
