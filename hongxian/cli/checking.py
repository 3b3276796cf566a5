"""
The audit of invariants (核对不变量): what must be true of a company whatever was killed, cut off or restored, in one place.

Each is a query that gives the rows which break it: ids, counts and times, nothing about a person. The tables' owner reads
them in a transaction that can write nothing; the sealed log is verified as `bin/hongxian log verify` does. What the database
itself holds to (keys, foreign keys, a quota within its cap, a permit used once by a conditional update) needs no query.
A company at work may be checked: each query sees one moment, and what is under way counts only after some minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from hongxian.audit import exporting, verifying
from hongxian.cli import company, roles
from hongxian.cli.sealer import signing_keys
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.sql import text_of
from hongxian.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from psycopg import Connection

STALE = timedelta(minutes=15)
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Invariant:
    """One of them: its name, in words, and the statement that finds what breaks it."""

    name: str
    chinese: str
    english: str
    context: str
    statement: str


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold: where, in how many rows, and the first of them."""

    name: str
    chinese: str
    english: str
    city: str
    count: int
    rows: Sequence[Mapping[str, Any]]


INVARIANTS = (
    Invariant("places", "一名会员只在一处", "a member is in one place", "pools", "check_places"),
    Invariant("quotas", "额度用量等于流水计费", "used quota is what was charged", "pools", "check_quotas"),
    Invariant("hands", "在手数等于持有数", "a hand counts its holdings", "pools", "check_hands"),
    Invariant("grounds", "持有与查看依据一致", "holdings and grounds agree", "pools", "check_grounds"),
    Invariant("ledger", "流水与现状一致", "the ledger says where members are", "pools", "check_ledger"),
    Invariant("noes", "拒绝联系者不在任何公海或手中", "who said no is in no pool and no hand", "pools", "check_noes"),
    Invariant("contacts", "拒绝之后不再给出号码", "no number is given after a no", "outreach", "check_noes"),
    Invariant(
        "uses", "每次外呼、短信各有一张用过的许可", "each text and call has its own used permit", "outreach", "check_permits"
    ),
    Invariant("texts", "短信状态与时间一致", "states and times of texts agree", "outreach", "check_texts"),
    Invariant("lines", "占用的线路都在通话", "busy lines have a call", "outreach", "check_lines"),
    Invariant("text_counts", "短信统计等于重算", "counts of texts equal a recount", "outreach", "recount_texts"),
    Invariant("call_counts", "电话统计等于重算", "counts of calls equal a recount", "outreach", "check_calls_counted"),
    Invariant("opened", "每次解封都有留痕", "whatever was opened has its trace", "vault", "check_opened"),
    Invariant("permits", "用过的许可都有留痕且未过期", "used permits have a trace and were in time", "vault", "check_permits"),
    Invariant("keys", "信封与密钥成对，已删除者两者皆无", "envelopes have keys; the erased have neither", "vault", "check_keys"),
    Invariant("numbers", "号码只指向其本人的档案", "a number leads to its record", "members", "check_numbers"),
)
LOG = "log"


def check(*, now: datetime, days: int, city_ids: frozenset[int] = frozenset(), with_log: bool = True) -> list[Violation]:
    """
    Whatever does not hold in these cities (all, where none is named): what grows without end is looked at for so many days back.

    :raises hongxian.cli.trouble.CannotStart: the database doesn't answer.
    """
    site = company.site()
    with site.connect(roles.OWNER) as owner:
        owner.execute("SET default_transaction_read_only = on")
        found = [each for city in org.cities() if not city_ids or city.city_id in city_ids
                 for each in _of_city(owner, city.city_id, city.code, now=now, days=days)]  # fmt: skip
    return [*found, *(_of_log(site, now) if with_log else ())]


def _of_city(owner: Connection[Any], city_id: int, code: str, *, now: datetime, days: int) -> Iterator[Violation]:
    first_day = day_of(now) - timedelta(days=days)
    about = {"city_id": city_id, "first_day": first_day, "begins": start_of(first_day), "ends": now, "stale": now - STALE}
    for each in INVARIANTS:
        with owner.execute(text_of(each.context, each.statement).encode(), about) as cursor:
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(MOST_SHOWN)]
            if rows:
                yield Violation(each.name, each.chinese, each.english, code, cursor.rowcount, rows)


def _of_log(site: roles.Site, now: datetime) -> Iterator[Violation]:
    """The sealed log, against the newest checkpoint that this home has kept."""
    file = settings.HOME.checkpoints / exporting.NEWEST
    kept = exporting.read(file) if file.exists() else None
    public = [each.public_key().public_bytes_raw() for each in signing_keys()]
    with site.connect("auditor") as auditor:
        report = verifying.verify(connection=auditor, keys=public, kept=kept, now=now)
    if not report.sound:
        rows = [{"kind": each.kind, "row": each.index} for each in report.findings[:MOST_SHOWN]]
        yield Violation(LOG, "封存日志完整", "the sealed log is whole", "", len(report.findings), rows)
