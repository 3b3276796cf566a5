"""Runs a drill as `bin/drill` does: a process of its own, with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def drill(name: str, *options: str) -> subprocess.CompletedProcess[str]:
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("HONGXIAN_", "DJANGO_"))}
    command = [sys.executable, "-m", f"drills.{name}", *options]
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=ours | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
    )
