"""Every bench, one after the other, each in a home of its own; the last line holds them all by name."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench._plant import BIG

# In the order in which a morning meets them.
BENCHES = (
    "claims", "pool", "worklist", "member", "pages", "gate", "calls", "texts", "imports", "reports", "traces", "sealing", "boards",
    "api", "reshuffle", "campaign",
)  # fmt: skip
# These plant the same city; a big one is planted once, and claims, which takes it apart, comes last.
SHARED = ("pool", "worklist", "member", "gate", "calls", "imports", "claims")
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
    with tempfile.TemporaryDirectory(prefix="hx-benches-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server's own account goes through it
        template = _template(Path(folder))
        if asked.rows is not None and asked.rows >= BIG:
            wanted.sort(key=lambda name: SHARED.index(name) if name in SHARED else len(SHARED))
        for name in wanted:
            begun = time.perf_counter()
            print(f"— {name}", flush=True)
            result = _one(name, asked, template)
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


def _template(folder: Path) -> Path:
    """A company with nobody in it, set up once; each bench gets a copy, which is quicker than setting it up."""
    home = folder / "template"
    home.mkdir()
    _python(home, "-c", "from bench import _home\nwith _home.prepared(): pass").check_returncode()
    return home


def _one(name: str, asked: argparse.Namespace, template: Path) -> dict[str, object] | None:
    more = ["--quick"] * asked.quick
    if asked.rows is not None and name in SIZED:
        more += ["--rows", str(asked.rows)]
    shared = asked.rows is not None and asked.rows >= BIG and name in SHARED
    home = template.with_name("shared" if shared else name)
    if not home.exists():
        if not shared:
            shutil.rmtree(template.with_name("shared"), ignore_errors=True)  # all that wanted it have had it
        subprocess.run(["cp", "-a", str(template), str(home)], check=True)
    try:
        done = _python(home, "-m", f"bench.{name}", *more)
    finally:
        if not shared:
            shutil.rmtree(home, ignore_errors=True)
    lines = done.stdout.splitlines()
    print("\n".join(lines[:-1]), flush=True)
    if done.returncode or not lines:
        return None
    result: dict[str, object] = json.loads(lines[-1])
    return result


def _python(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HONGXIAN_HOME": str(home)}
    return subprocess.run([sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=False, env=environment)


if __name__ == "__main__":
    sys.exit(main())
