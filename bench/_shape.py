"""
The shape of every bench: two paths in turn within one run, a table, and one JSON object as the last line.

A bench is its module's docstring, `prepare` that plants its own data at `--rows` and yields what is measured, and for each
measure two functions that do one round: the product's path, and the bare limit on the same tables. Rounds of either kind
come in changing order, so that whatever else the machine does meets both; the first round of each warms up and doesn't count.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import _home
from hongxian.kernel.clock import COMPANY_ZONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

PER_SECOND, MS = "/s", "ms"


@dataclass(slots=True)
class Measure:
    """
    One thing that is measured. Each function does a round and gives its figure: so many a second, or milliseconds.

    `aim` is what the ratio should reach (product to bare, always the larger the better); `at_most` what the product's own
    milliseconds should stay under.
    """

    name: str
    product: Callable[[], float]
    bare: Callable[[], float] | None = None
    unit: str = PER_SECOND
    aim: float | None = None
    at_most: float | None = None
    products: list[float] = field(default_factory=list)
    bares: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """What the product keeps of the bare speed; None without a bare path."""
        if not self.bares or not self.products:
            return None
        product, bare = statistics.median(self.products), statistics.median(self.bares)
        return round(bare / product if self.unit == MS else product / bare, 3)


@dataclass(slots=True)
class Told:
    """What `prepare` yields: measures, and figures of its own that stand beside them in the JSON object."""

    measures: list[Measure]
    more: dict[str, Any] = field(default_factory=dict)
    late: Callable[[], dict[str, Any]] = dict  # more of them, once the rounds are done


def parser(name: str, doc: str | None, *, rows: int, rounds: int = 5, quick_rows: int | None = None) -> argparse.ArgumentParser:
    """The arguments that every bench has; `quick_rows` is what `--quick` makes of `--rows` when nobody names them."""
    made = argparse.ArgumentParser(prog=f"bin/bench {name}", description=doc)
    made.add_argument("--rows", type=int, help=f"so many rows ({rows})")
    made.add_argument("--rounds", type=int, help=f"rounds of either kind ({rounds})")
    made.add_argument("--quick", action="store_true", help="few rows, short rounds: whether it runs, not how fast")
    made.set_defaults(usual_rows=rows, quick_rows=quick_rows or min(rows, 20_000), usual_rounds=rounds)
    return made


def parse(made: argparse.ArgumentParser) -> argparse.Namespace:
    """The arguments, with `--quick` worked in."""
    asked = made.parse_args()
    asked.rows = asked.rows if asked.rows is not None else asked.quick_rows if asked.quick else asked.usual_rows
    asked.rounds = asked.rounds if asked.rounds is not None else 2 if asked.quick else asked.usual_rounds
    return asked


def run(name: str, asked: argparse.Namespace, prepare: Callable[[argparse.Namespace], AbstractContextManager[Told]]) -> int:
    """The whole of a bench."""
    with _home.prepared(), prepare(asked) as told:
        in_turn(told.measures, asked.rounds)
        table(told.measures)
        tell(name, asked, told.measures, **told.more | told.late())
    return 0


def in_turn(measures: list[Measure], rounds: int) -> None:
    """Round by round, product and bare in changing order; the first of each isn't kept."""
    for number in range(rounds + 1):
        for measure in measures:
            paths = [(measure.product, measure.products)]
            if measure.bare is not None:
                paths.insert(number % 2, (measure.bare, measure.bares))
            for work, figures in paths:
                figure = work()
                if number:
                    figures.append(figure)


def table(measures: list[Measure]) -> None:
    """For people."""
    width = max(len(measure.name) for measure in measures)
    print(f"{'':{width}}  {'product':>12} {'bare':>12}  {'ratio':>6}  aim")
    for measure in measures:
        bare = f"{statistics.median(measure.bares):,.1f}" if measure.bares else ""
        ratio = "" if measure.ratio is None else f"{measure.ratio:.2f}"
        aim = f"≥ {measure.aim}" if measure.aim else f"< {measure.at_most:g} ms" if measure.at_most else ""
        product = f"{statistics.median(measure.products):,.1f}"
        print(f"{measure.name:{width}}  {product:>12} {bare:>12}  {ratio:>6}  {aim}  ({measure.unit})")


def tell(name: str, asked: argparse.Namespace, measures: list[Measure], **more: Any) -> None:
    """For programs: the last line."""
    medians = {
        measure.name: {
            "product": round(statistics.median(measure.products), 3),
            "bare": round(statistics.median(measure.bares), 3) if measure.bares else None,
            "unit": measure.unit,
        }
        for measure in measures
    }
    ratios = {measure.name: measure.ratio for measure in measures if measure.ratio is not None}
    first = measures[0].ratio if measures else None
    print(json.dumps(shaped(name, rows=asked.rows, rounds=asked.rounds, ratio=first, medians=medians, ratios=ratios) | more))


def shaped(
    name: str, *, rows: int, rounds: int, ratio: float | None, medians: dict[str, Any], ratios: dict[str, float]
) -> dict[str, Any]:
    """The JSON object of a bench; what it adds of its own stands beside these."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgresql,) = cursor.fetchone()
    return {
        "bench": name,
        "ratio": ratio,
        "medians": medians,
        "ratios": ratios,
        "rows": rows,
        "rounds": rounds,
        "versions": {"python": sys.version.split()[0], "postgresql": postgresql, "product": product_version()},
        "machine": f"{os.cpu_count()} cores, {_memory_gb()} GB, {platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "date": datetime.now(COMPANY_ZONE).isoformat(timespec="seconds"),
    }


def product_version() -> str:
    """As the checkout says."""
    project = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def median_ms(work: Callable[[], object], times: int) -> float:
    """One round of something that is done again and again: the middle one of so many, in milliseconds."""
    return statistics.median(each_ms(work, times))


def each_ms(work: Callable[[], object], times: int) -> list[float]:
    """How long each took."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        took.append((time.perf_counter() - begun) * 1000)
    return took


def per_second(work: Callable[[], object], seconds: float) -> float:
    """One round of something that is done for so long: how many a second."""
    begun, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < seconds:
        work()
        done += 1
    return done / spent


def slowest_of(figures: list[float], share: float) -> float:
    """That of the slowest part: 0.99 is p99."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
