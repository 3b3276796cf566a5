"""Every bench, one after the other, each in a home of its own; the last line holds them all by name."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

# In the order in which a morning meets them.
BENCHES = (
    "claims", "pool", "worklist", "member", "pages", "gate", "calls", "texts", "imports", "reports", "traces", "sealing", "boards",
    "api", "reshuffle", "campaign",
)  # fmt: skip
# What --rows means for all of them: those whose rows are something smaller keep their own.
SIZED = {"claims", "pool", "worklist", "member", "gate", "calls", "imports", "reports", "traces"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench all", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rows, short rounds: under five minutes on two cores")
    parser.add_argument("--rows", type=int, help=f"rows for {', '.join(sorted(SIZED))}")
    parser.add_argument("--only", help="some of them, with commas between")
    parser.add_argument("--out", type=Path, help="a file for the results, one JSON object a line, added to what it holds")
    asked = parser.parse_args()
    wanted = [name for name in BENCHES if asked.only is None or name in asked.only.split(",")]
    found: dict[str, object] = {}
    failed = []
    for name in wanted:
        begun = time.perf_counter()
        print(f"— {name}", flush=True)
        result = _one(name, asked)
        if result is None:
            failed.append(name)
        else:
            found[name] = result
            if asked.out:
                with asked.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(result) + "\n")
        print(f"  {time.perf_counter() - begun:.0f} s", flush=True)
    ratios = {name: result["ratio"] for name, result in found.items() if isinstance(result, dict)}
    print(json.dumps({"bench": "all", "ratio": ratios.get("claims"), "ratios": ratios, "failed": failed, "results": found}))
    return 1 if failed else 0


def _one(name: str, asked: argparse.Namespace) -> dict[str, object] | None:
    more = ["--quick"] * asked.quick
    if asked.rows is not None and name in SIZED:
        more += ["--rows", str(asked.rows)]
    environment = {
        key: value for key, value in os.environ.items() if key != "HONGXIAN_HOME"
    }  # a home of its own, gone afterwards
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *more], stdout=subprocess.PIPE, text=True, check=False, env=environment
    )
    lines = done.stdout.splitlines()
    print("\n".join(lines[:-1]), flush=True)
    if done.returncode or not lines:
        return None
    result: dict[str, object] = json.loads(lines[-1])
    return result


if __name__ == "__main__":
    sys.exit(main())
