"""
A statement that is its own transaction, straight through libpq: a third of what the driver's cursor costs for the same.

The driver's cursor is made for anything: streams, pipelines, waits that a signal may interrupt. A claim or a look at a
member's page is one prepared statement with a few parameters. What is used of the driver here is what it documents: the
connection's `pgconn`, its types, and its errors.

Only outside a transaction: the driver forgets all prepared statements with a rollback, and whoever stands alone can then
prepare anew, which a transaction that has failed by it cannot.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, PipelineStatus, TransactionStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import Connection
    from psycopg.pq.abc import PGresult
    from psycopg.rows import RowMaker

Row = TypeVar("Row")
PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|(%))")
KEPT = "hongxian_direct"  # the attribute of a connection under which its state is kept


class _State:
    """What a connection has prepared. Nothing in it holds the connection: it would outlive whoever drops it."""

    __slots__ = ("made", "names")

    def __init__(self) -> None:
        self.made = 0
        self.names: dict[str, bytes] = {}


def possible(line: Connection[Any]) -> bool:
    """Whether a statement would be alone on this connection."""
    own = line.pgconn
    return line.autocommit and own.transaction_status == TransactionStatus.IDLE and own.pipeline_status == PipelineStatus.OFF


def rows(line: Connection[Any], text: str, given: Mapping[str, Any], make: RowMaker[Row]) -> tuple[list[Row], list[str]]:
    """
    Runs it; every row, made by `make` of a tuple, and the names of the columns.

    It waits where the statement waits, and no signal cuts that short: for what is over in a moment.

    :raises psycopg.Error: as the driver's cursor does.
    """
    state: _State | None = getattr(line, KEPT, None)
    if state is None:
        state = _State()
        setattr(line, KEPT, state)
    _command, names = _numbered(text)
    adapting = Transformer(line)
    values = adapting.dump_sequence([given[name] for name in names], [PyFormat.TEXT] * len(names))
    try:
        result = _once(line, state, text, values)
    except errors.InvalidSqlStatementName:
        state.names.clear()
        result = _once(line, state, text, values)
    columns = [(result.fname(place) or b"").decode() for place in range(result.nfields)]
    adapting.set_pgresult(result)
    return adapting.load_rows(0, result.ntuples, make), columns


def _once(line: Connection[Any], state: _State, text: str, values: Sequence[Any]) -> PGresult:
    name = state.names.get(text)
    if name is None:
        state.made += 1
        name = f"hongxian_{state.made}".encode()
        _sound(line, line.pgconn.prepare(name, _numbered(text)[0]))
        state.names[text] = name
    return _sound(line, line.pgconn.exec_prepared(name, values))


def _sound(line: Connection[Any], result: PGresult) -> PGresult:
    if result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        if line.pgconn.status == ConnStatus.BAD and not result.error_field(DiagnosticField.SQLSTATE):
            message = "the connection is lost"  # libpq's own words have no code, and would be no OperationalError
            raise errors.OperationalError(message)
        raise errors.error_from_result(result, encoding=line.info.encoding)
    return result


@cache
def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """The text with numbers for names, as the server wants it, and the names in the order of their numbers."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return "%" if found[2] else f"${names.setdefault(found[1], len(names) + 1)}"

    return PLACEHOLDER.sub(number, text).encode(), tuple(names)
