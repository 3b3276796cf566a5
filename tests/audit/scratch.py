"""
A log in a database of its own, for attacks: made once, sealed and signed, and copied for each test.

The attacker owns the tables (`log.attack`), may read every row and compute everything anew, and lacks two things: the
signing key, and the file that was kept elsewhere.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from hongxian.audit import checkpoints, exporting, leaves, sealing, tree, verifying
from hongxian.cli import company as installation
from hongxian.cli import grants, roles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from hongxian.audit.exporting import Kept

OURS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
THEIRS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
LAST_WEEK = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
TODAY = LAST_WEEK + timedelta(days=7)
COLUMNS = "city_id, at, id, staff_id, role, store_id, process, action, purpose, ground, fields, outcome, reason, permit_id"


@dataclass(slots=True)
class Log:
    """A log in its own database."""

    name: str
    owner: Connection[Any]
    auditor: Connection[Any]

    def run(self, statement: str, **values: Any) -> None:
        """Something the owner of the tables does."""
        self.owner.execute(statement.encode(), values)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the owner sees."""
        return self.owner.execute(query.encode(), values).fetchall()

    def value(self, query: str, **values: Any) -> Any:
        """One value."""
        return self.rows(query, **values)[0][0]

    def write(self, at: datetime, *members: int, **more: Any) -> int:
        """A trace as a serving process writes it; its number."""
        about = {
            "city_id": 3,
            "at": at,
            "staff_id": 5,
            "role": "consultant",
            "store_id": 2,
            "process": "desk",
            "action": "member.view",
        }
        about |= {"purpose": "outreach.call", "ground": "claim", "member_ids": list(members), "fields": ["alias", "number"]}
        about |= {"outcome": "allowed", "reason": "", "permit_id": None} | more
        names, places = ", ".join(about), ", ".join(f"%({name})s" for name in about)
        return int(self.value(f"INSERT INTO audit_trace ({names}) VALUES ({places}) RETURNING id", **about))

    def fill(self, n: int, *, begin: datetime, seed: int = 1) -> None:
        """Traces one a minute: of one member, of a list, of nobody, and denied ones."""
        dice = random.Random(seed)
        for number in range(n):
            members = dice.sample(range(1, 60), dice.choice((0, 1, 1, 1, 1, 6)))
            denied = {"outcome": "denied", "reason": "no_ground"} if number % 11 == 0 else {}
            self.write(begin + timedelta(minutes=number), *members, **denied)

    def seal(self, at: datetime, *, key: Ed25519PrivateKey = OURS) -> None:
        """What the worker does."""
        with self.as_worker():
            sealing.seal_all(now=at)
            checkpoints.sign_if_due(private=key, now=at, every=timedelta())

    def export(self, at: datetime, *, rows: bool = True) -> Kept:
        """What the worker keeps outside."""
        with self.as_worker():
            return exporting.loads(exporting.export(keys=[OURS], now=at, rows=rows).dumps())

    def verify(self, kept: Kept | None, now: datetime = TODAY) -> verifying.Report:
        """As the auditor."""
        keys = [OURS.public_key().public_bytes_raw()]
        return verifying.verify(connection=self.auditor, keys=keys, kept=kept, now=now)

    @contextmanager
    def as_worker(self) -> Iterator[None]:
        """Django's connection leads here for a while."""
        with _django(self.name, "worker"):
            yield

    def row(self, index: int) -> tuple[int, int]:
        """(city, trace) of the row at a place."""
        found = self.rows("SELECT city_id, trace_id FROM audit_leaf WHERE index = %(index)s", index=index)[0]
        return found[0], found[1]

    # --- what an attacker does with everything that stands in the database

    def recompute(self) -> None:
        """Every leaf, node and checkpoint anew from the traces as they now stand, signed with a key of the attacker's own."""
        query = (
            f"SELECT leaf.index, leaf.number, leaf.commitment, {', '.join('trace.' + each.strip() for each in COLUMNS.split(','))}"
            " FROM audit_leaf AS leaf JOIN audit_trace AS trace ON (trace.city_id, trace.at, trace.id) = (leaf.city_id, leaf.trace_at, leaf.trace_id)"
            " ORDER BY leaf.index"
        )
        hashes = []
        for index, number, commitment, *trace in self.rows(query):
            hashes.append(leaves.hash_of(leaves.text(leaves.Trace(*trace), commitment=commitment, number=number)))
            self.run("UPDATE audit_leaf SET hash = %(hash)s WHERE index = %(index)s", hash=hashes[-1], index=index)
        self.run("TRUNCATE audit_node")
        stack = tree.Stack(hashes)
        for height, row in enumerate(stack.rows[1:], 1):
            for number, each in enumerate(row):
                self.run(
                    "INSERT INTO audit_node VALUES (%(height)s, %(number)s, %(hash)s)", height=height, number=number, hash=each
                )
        self.run("UPDATE audit_head SET size = %(size)s", size=len(hashes))
        origin = self.value("SELECT origin FROM audit_head")
        signed = self.rows("SELECT id, size, at FROM audit_checkpoint ORDER BY id")
        self.run("TRUNCATE audit_checkpoint")
        for _, size, at in signed:
            if size <= len(hashes):
                self._sign(checkpoints.Checkpoint(origin, size, tree.root(stack, size), at))
        self._sign(checkpoints.Checkpoint(origin, len(hashes), tree.root(stack, len(hashes)), signed[-1][2]))

    def _sign(self, said: checkpoints.Checkpoint) -> None:
        self.run(
            "INSERT INTO audit_checkpoint (size, root, at, key, note) VALUES (%(size)s, %(root)s, %(at)s, 'x', %(note)s)",
            size=said.size, root=said.root, at=said.at, note=said.sign(THEIRS),
        )  # fmt: skip

    def close_up(self, index: int, by: int) -> None:
        """Moves every row from a place on down or up, and counts members' numbers anew."""
        self.run("UPDATE audit_leaf SET index = index + %(by)s WHERE index >= %(index)s", index=index, by=by)
        self.run("UPDATE audit_leaf SET number = -number")
        self.run(
            "UPDATE audit_leaf AS leaf SET number = counted.n FROM (SELECT index, row_number() OVER (PARTITION BY city_id, member_id"
            " ORDER BY index) AS n FROM audit_leaf) AS counted WHERE counted.index = leaf.index"
        )
        self.run(
            "UPDATE audit_leaf AS leaf SET commitment = sha256(person.salt || convert_to(concat(leaf.city_id, '/', leaf.member_id, '/',"
            " leaf.number), 'UTF8')) FROM audit_person AS person WHERE leaf.member_id <> 0"
            " AND (person.city_id, person.member_id) = (leaf.city_id, leaf.member_id)"
        )


@contextmanager
def _django(name: str, role: str) -> Iterator[None]:
    site, before = installation.site(), connections["default"]
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = wrapper.settings_dict | {
        "NAME": name,
        "USER": site.names[role],
        "PASSWORD": site.home.password(role),
    }
    connections["default"] = wrapper
    try:
        yield
    finally:
        wrapper.close()
        connections["default"] = before


@contextmanager
def _made(name: str, template: str) -> Iterator[roles.Site]:
    """A copy of a database that nobody uses now, gone with the block."""
    site = installation.site()
    with site.connect_as_admin("postgres") as admin:
        admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [template])
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(site.names["owner"]), sql.Identifier(template)
            )
        )
    try:
        yield roles.Site(site.home, site.server, name, site.names)
    finally:
        with site.connect_as_admin("postgres") as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def copied(template: str, name: str) -> Iterator[Log]:
    """A copy of a log, gone with the block."""
    with _made(name, template) as here, here.connect("owner") as owner, here.connect("auditor") as auditor:
        yield Log(name, owner, auditor)


@contextmanager
def empty(name: str) -> Iterator[str]:
    """A database with all tables and grants and nothing in them; its name."""
    with _made(name, "template0") as here:
        with here.connect_as_admin(name) as admin:
            admin.execute("CREATE SCHEMA btree_gist")
            admin.execute("CREATE EXTENSION btree_gist SCHEMA btree_gist")
        with _django(name, "owner"):
            call_command("migrate", no_input=True, skip_checks=True, verbosity=0)
        grants.ensure(here)
        yield name
