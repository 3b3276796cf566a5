"""Connections of every role, and what the database's own catalogue says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hongxian.cli import company as installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg


@pytest.fixture(scope="session")
def connect(home: None) -> Iterator[Callable[[str], psycopg.Connection[Any]]]:
    """Signs in as a process's real role, once for all tests."""
    known: dict[str, psycopg.Connection[Any]] = {}

    def as_role(role: str) -> psycopg.Connection[Any]:
        if role not in known:
            known[role] = installation.site().connect(role)
        return known[role]

    yield as_role
    for connection in known.values():
        connection.close()
