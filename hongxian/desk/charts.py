"""Charts as plain numbers: what static/hongxian/charts.js draws from a `data-chart`, beside a table that says the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = {
    "good": "#7fa58b",
    "bad": "#a8202f",
    "unknown": "#c9772b",
    "wait": "#d8cdc1",
    "calm": "#ecc9c7",
    "line": "#665a53",
    "none": "transparent",
}


def bars(
    labels: Sequence[str],
    *series: tuple[str, str, Sequence[int]],
    lying: bool = False,
    stacked: bool = True,
    beside: bool = False,
) -> str:
    """
    Bars over `labels`; each series is its name, a colour of COLOURS and its numbers. `lying` for long names.

    Not stacked, a series stands in front of the one before (a part in its whole), or `beside` it.
    """
    drawn = [{"name": name, "colour": COLOURS[colour], "values": list(values)} for name, colour, values in series]
    chart = {"labels": list(labels), "series": drawn, "lying": lying, "stacked": stacked, "beside": beside}
    return json.dumps(chart, ensure_ascii=False)


def ranges(labels: Sequence[str], spans: Sequence[tuple[int, int]], came: Sequence[int | None], *, names: tuple[str, str]) -> str:
    """Floating bars from a low to a high number, and a point on each where the truth lay; None where it isn't known yet."""
    bands, truth = names
    drawn = [
        {"name": "", "colour": COLOURS["none"], "values": [low for low, _ in spans], "silent": True},
        {
            "name": bands,
            "colour": COLOURS["calm"],
            "values": [high - low for low, high in spans],
            "from": [low for low, _ in spans],
        },
        {"name": truth, "colour": COLOURS["bad"], "values": list(came), "points": True},
    ]
    return json.dumps({"labels": list(labels), "series": drawn, "lying": False, "stacked": True}, ensure_ascii=False)
