"""The reckoning goes by its figures, and the document by the reckoning."""

from __future__ import annotations

import copy
import itertools
import json
import random
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from bench import morning, reckoning
from bench.reckoning import Company, Reckoning

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


ACTIONS = (
    "sign in", "day's page", "claim 20", "claim 10", "member's page", "worklist", "centre's panel", "call", "call's state", "outcome", "text",
    "answer T",
)  # fmt: skip
MADE_UP: dict[str, Any] = {
    "counts": dict.fromkeys(ACTIONS, 10)
    | {"member's page": 80, "worklist": 80, "centre's panel": 80, "call": 20, "call's state": 900},
    "told": {"bytes": 8_000_000},
    "costs_ms": {action: dict.fromkeys(reckoning.SERVERS, 5.0) for action in ACTIONS},
    "cost_wal": dict.fromkeys(ACTIONS, 9_000.0),
    "cost_rows": {
        action: {"audit_trace": 1.0, "audit_leaf": 2.0, "outreach_placedcall": float(action == "call")} for action in ACTIONS
    },
    "processor_seconds": dict.fromkeys(reckoning.SERVERS, 50.0),
    "predicted_seconds": dict.fromkeys(reckoning.SERVERS, 45.0),
    "kept": {"audit_trace": [500, 300.0], "audit_leaf": [900, 200.0], "outreach_placedcall": [300, 300.0]},
    "stock": {"members_member": [1_000, 600.0], "consent_receipt": [3_000, 200.0], "pools_entry": [900, 250.0]},
    "wal_bytes": 1e8,
    "wal_predicted": 9e7,
    "rows": {"audit_trace": 900},
    "rows_predicted": {"audit_trace": 880.0},
    "memory_mb": dict.fromkeys(reckoning.SERVERS, 300.0),
    "connections": {"desk": 6, "dialer": 4, "keeper": 2, "worker": 26},
    "machine": {"cores": 2},
    "date": "2026-01-01",
}


@pytest.fixture
def reckoned() -> Reckoning:
    return Reckoning(copy.deepcopy(MADE_UP), json.loads(reckoning.OTHERS.read_text(encoding="utf-8")), Company())


@pytest.mark.parametrize(("file", "made"), [(reckoning.DOCUMENT, reckoning.tables), (reckoning.SERVER, reckoning.sizing)])
def test_the_documents_have_the_tables_of_the_morning_that_is_kept(file: Path, made: Callable[[Reckoning], str]) -> None:
    """Whoever measures anew runs `bin/bench reckoning --write` and reads the prose again. Before the first, they say that they have none."""
    _before, begins, rest = file.read_text(encoding="utf-8").partition(reckoning.BEGINS)
    assert begins
    if reckoning.MORNING.exists():
        assert rest.partition(reckoning.ENDS)[0].strip() == made(reckoning.load())
    else:
        assert re.search("Not filled in yet|Starting points, not measurements", file.read_text(encoding="utf-8"))


def test_every_figure_of_others_says_how_and_when_it_was_measured(reckoned: Reckoning) -> None:
    assert all(figure["value"] > 0 and figure["command"].startswith("bin/bench ") for figure in reckoned.others.values())
    assert all(date.fromisoformat(figure["date"]).year >= 2026 for figure in reckoned.others.values())


def test_twice_the_calls_are_twice_the_rows_and_cores_of_calls(reckoned: Reckoning) -> None:
    twice = Reckoning(reckoned.morning, reckoned.others, replace(reckoned.company, calls=reckoned.company.calls * 2))
    assert twice.a_day()["call"] == 2 * reckoned.a_day()["call"]
    assert twice.a_day()["sign in"] == reckoned.a_day()["sign in"]
    assert twice.rows_a_day()["outreach_placedcall"] == pytest.approx(2 * reckoned.rows_a_day()["outreach_placedcall"])
    assert twice.cores_for(twice.busiest())["dialer"] > 1.9 * reckoned.cores_for(reckoned.busiest())["dialer"]


def test_a_dearer_page_changes_the_table(reckoned: Reckoning) -> None:
    figures = copy.deepcopy(reckoned.morning)
    figures["costs_ms"]["member's page"]["desk"] *= 2
    dearer = Reckoning(figures, reckoned.others, reckoned.company)
    assert dearer.cores_for(dearer.busiest())["desk"] > reckoned.cores_for(reckoned.busiest())["desk"]
    assert reckoning.tables(dearer) != reckoning.tables(reckoned)


def test_what_breaks_first_has_the_smallest_multiple(reckoned: Reckoning) -> None:
    table = reckoning.tables(reckoned).partition("### What there is one of")[2].partition("### ")[0]
    multiples = [float(line.split("|")[5]) for line in table.splitlines() if re.match(r"\| (?!what)", line)]
    assert len(multiples) >= 6
    assert multiples == sorted(multiples)


def test_consultants_turn_to_members_as_often_as_is_said_and_not_like_machines() -> None:
    moments = [moment for moment, _text in morning._moments(random.Random(3), since=0, until=200 * 3600)]
    assert len(moments) / 200 == pytest.approx(morning.CONTACTS_AN_HOUR, rel=0.05)
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(moments))
    assert gaps[len(gaps) // 10] < 0.6 * gaps[len(gaps) // 2] < 0.6 * gaps[-len(gaps) // 10]
