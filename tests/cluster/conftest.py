"""Tests against real Citus nodes: `bin/test --cluster ADDRESS`. Without an address they are skipped, and one line says how many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import server

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not server.CLUSTER:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=server.NO_CLUSTER))
