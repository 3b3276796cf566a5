"""Not a bench: the table and the picture of docs/benchmarks.md, out of the results that `bin/bench all --out FILE` collected."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 400, 64, 32, 236, 48
COLOURS = ("#b3261e", "#1f5fa8", "#2e7d32", "#8a5a00", "#6a3fa0", "#00696b", "#9c2f73", "#555555")
Result = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench table", description=__doc__)
    parser.add_argument(
        "results", type=Path, nargs="+", help="files with one JSON object a line; of one bench at one size the newest counts"
    )
    parser.add_argument("--picture", type=Path, help="where to put the chart of cost against size (.svg)")
    asked = parser.parse_args()
    newest: dict[tuple[str, int], Result] = {}
    for path in asked.results:
        for line in path.read_text(encoding="utf-8").splitlines():
            result: Result = json.loads(line)
            newest[result["bench"], result["rows"]] = result
    results = [newest[key] for key in sorted(newest)]
    print(markdown(results))
    if asked.picture:
        asked.picture.write_text(picture(costs(results)), encoding="utf-8")
    return 0


def markdown(results: list[Result]) -> str:
    """One line a measure, as the results say."""
    lines = ["| bench | measure | rows | product | bare | ratio | load | day |", "|---|---|---|---|---|---|---|---|"]
    for result in results:
        for name, each in result["medians"].items():
            unit, ratio = each["unit"], result["ratios"].get(name)
            figures = [f"{value:,.1f} {unit}" if value is not None else "" for value in (each["product"], each["bare"])]
            ratio = "" if ratio is None else f"{ratio:.2f}"
            lines.append(
                f"| {result['bench']} | {name} | {result['rows']:,} | {' | '.join(figures)} | {ratio} | {result['load']} | {result['date'][:10]} |"
            )
    return "\n".join(lines)


def costs(results: list[Result]) -> dict[str, list[tuple[int, float]]]:
    """Of each measure that was taken at two sizes or more: what one costs, as a multiple of what it costs at the smallest."""
    found: dict[str, list[tuple[int, float]]] = {}
    for result in results:
        for name, each in result["medians"].items():
            cost = each["product"] if each["unit"] == "ms" else 1000 / each["product"]
            found.setdefault(f"{result['bench']}: {name}", []).append((result["rows"], cost))
    ordered = {name: sorted(line) for name, line in found.items() if len(line) > 1}
    return {name: [(rows, cost / line[0][1]) for rows, cost in line] for name, line in ordered.items()}


def picture(lines: dict[str, list[tuple[int, float]]]) -> str:
    """A line each: rows to the right, both ends logarithmic; 1 is the cost at the smallest size."""
    every = [point for line in lines.values() for point in line] or [(1, 1.0), (10, 1.0)]
    fewest, most = min(rows for rows, _ in every), max(rows for rows, _ in every)
    lowest, highest = min(0.5, *(cost for _, cost in every)), max(4.0, *(cost for _, cost in every))

    def place(rows: int, cost: float) -> tuple[float, float]:
        across = (math.log(rows) - math.log(fewest)) / max(1e-9, math.log(most) - math.log(fewest))
        up = (math.log(cost) - math.log(lowest)) / (math.log(highest) - math.log(lowest))
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        "<title>What one costs, as a multiple of its cost at the smallest size</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="18" font-size="13">What one costs, as a multiple of its cost at the smallest size</text>',
    ]
    step = 2 ** math.ceil(math.log2(lowest))
    while step <= highest:
        _x, y = place(fewest, step)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{step:g}×</text>')
        step *= 2
    for rows in sorted({rows for rows, _ in every}):
        x, _y = place(rows, lowest)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{_short(rows)}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">rows</text>')
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [place(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = ' stroke-dasharray="6 3"' if number >= len(COLOURS) else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        y = TOP + 8 + number * 17
        parts.append(f'<path d="M{WIDTH - RIGHT + 14} {y - 4}h18" stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(f'<text x="{WIDTH - RIGHT + 38}" y="{y}">{_escaped(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _short(rows: int) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if rows >= size:
            return f"{rows / size:g}{letter}"
    return str(rows)


def _escaped(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main())
