"""The short form of `bin/drill kills`: a company of its own, each part killed twice, nothing broken and nothing lost."""

from __future__ import annotations

import json

import pytest

from tests.drills.running import drill


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_broken_whoever_is_killed_when() -> None:
    done = drill("kills", "--kills", "12", "--members", "60", "--pause", "0.7")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert sum(told["kills"].values()) == 12
    assert told["texts"] > 0
    assert told["told"]["claim yes"] > 0
