"""
Whether the nodes of a cluster answer: who is gone is set aside, so that other cities go on, and taken back when they answer.

Citus asks every node about the parts of many statements, also where only one holds the city; a node that is gone would take
all cities with it. So the worker looks every few seconds, through four functions of the administrator's that the
worker alone may call and that do nothing else: they set no node aside that answers, and take none back that doesn't. A node
that is back has lost its copies of what every node has a copy of (they may be old); they are made anew.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, Self

    from hongxian.cli.roles import Site

log = logging.getLogger("hongxian.cli")
LOOKS_EVERY = 3.0
ALONE_LOOKS_EVERY = 60.0  # where there is no cluster, to learn that there is one
FAILS = 2  # looks in a row, before a node is set aside

_THERE = "SELECT to_regprocedure('cluster.fill()') IS NOT NULL"
_FUNCTIONS = (
    "CREATE SCHEMA IF NOT EXISTS cluster",
    "DROP FUNCTION IF EXISTS cluster.nodes()",
    "REVOKE ALL ON SCHEMA cluster FROM PUBLIC",
    """
    CREATE OR REPLACE FUNCTION cluster.nodes() RETURNS TABLE (id integer, name text, active boolean, answers boolean, whole boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        RETURN QUERY SELECT nodeid, nodename || ':' || nodeport, isactive, citus_check_connection_to_node(nodename, nodeport),
                            NOT EXISTS (SELECT FROM pg_dist_partition AS copied JOIN pg_dist_shard AS shard USING (logicalrelid)
                                         WHERE copied.partmethod = 'n' AND copied.repmodel = 't'
                                           AND NOT EXISTS (SELECT FROM pg_dist_placement AS placement
                                                            WHERE placement.shardid = shard.shardid AND placement.groupid = node.groupid))
                       FROM pg_dist_node AS node WHERE groupid <> 0 AND noderole = 'primary' ORDER BY nodeid;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cluster.set_aside(which integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        UPDATE pg_dist_node SET isactive = false
         WHERE nodeid = which AND groupid <> 0 AND isactive AND NOT citus_check_connection_to_node(nodename, nodeport);
        RETURN FOUND;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cluster.take_back(which integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        PERFORM citus_activate_node(nodename, nodeport) FROM pg_dist_node
          WHERE nodeid = which AND groupid <> 0 AND NOT isactive AND citus_check_connection_to_node(nodename, nodeport);
        RETURN FOUND;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cluster.fill() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        PERFORM replicate_reference_tables('block_writes');
    END
    $$
    """,
)
_NAMES = ("cluster.nodes()", "cluster.set_aside(integer)", "cluster.take_back(integer)", "cluster.fill()")


class Node(NamedTuple):
    """A worker as the coordinator sees it now."""

    id: int
    name: str
    active: bool
    answers: bool
    whole: bool  # has a copy of every table that each node has


def ensure(site: Site) -> None:
    """Make the functions, which belong to the administrator, and let the worker call them. On the coordinator alone."""
    worker = sql.Identifier(site.names["worker"])
    with site.connect_as_admin(site.database) as admin, admin.transaction():
        admin.execute("SET LOCAL citus.enable_ddl_propagation = off")
        for statement in _FUNCTIONS:
            admin.execute(statement.encode())
        admin.execute(sql.SQL("GRANT USAGE ON SCHEMA cluster TO {}").format(worker))
        for name in _NAMES:
            admin.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(sql.SQL(name)))
            admin.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.SQL(name), worker))


def nodes(worker: psycopg.Connection[Any]) -> list[Node]:
    """Every worker node, asked just now; nothing where there is no cluster."""
    if worker.execute(_THERE).fetchone() != (True,):
        return []
    return [Node(*row) for row in worker.execute("SELECT id, name, active, answers, whole FROM cluster.nodes()").fetchall()]


def look(worker: psycopg.Connection[Any], failed: dict[int, int]) -> list[Node]:
    """One look: sets aside who has not answered `FAILS` times in a row, takes back who answers again."""
    found = nodes(worker)
    for node in found:
        failed[node.id] = 0 if node.answers else failed.get(node.id, 0) + 1
        if node.active and failed[node.id] >= FAILS and _does(worker, "SELECT cluster.set_aside(%s::int)", node):
            log.error("a node of the cluster is set aside", extra={"node": node.name})
        if not node.active and node.answers and _does(worker, "SELECT cluster.take_back(%s::int)", node):
            log.warning("a node of the cluster is back", extra={"node": node.name})
    if any(node.active and node.answers and not node.whole for node in nodes(worker)):
        worker.execute("SELECT cluster.fill()")
        log.warning("nodes of the cluster have all copies again")
    return found


def _does(worker: psycopg.Connection[Any], statement: str, node: Node) -> bool:
    return worker.execute(statement.encode(), [node.id]).fetchone() == (True,)


class Watch:
    """Looks for the length of a block; `conninfo` is how the worker signs in."""

    def __init__(self, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._ended = threading.Event()
        self._failed: dict[int, int] = {}
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(self._conninfo(), autocommit=True) as mine:
                    while not self._ended.is_set():
                        found = look(mine, self._failed)
                        self._ended.wait(LOOKS_EVERY if found else ALONE_LOOKS_EVERY)
            except Exception:  # a thread that ends would watch nothing any more and say nothing
                log.exception("watching nodes failed", extra={"code": "watching_failed"})
                self._ended.wait(LOOKS_EVERY)
