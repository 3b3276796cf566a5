"""Filling an empty database: the steps in their order, and everything that counts in one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, LiteralString

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg import sql

from hongxian.cli import company, folders, organisation
from hongxian.cli.roles import OWNER
from hongxian.cli.sample import (
    asked,
    dealings,
    groups,
    harm,
    letters,
    looks,
    office,
    partnering,
    people,
    places,
    pool_rows,
    rows,
    sealing,
    sign_ins,
    staff,
    standing_out,
    text_rows,
    texts,
    times,
    visits,
    wordings,
)
from hongxian.cli.sample.columns import copy_into
from hongxian.cli.trouble import CannotStart
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.copying import reserve
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hongxian.cli.sample.people import Member, Shop
    from hongxian.cli.sample.staff import Consultant

MEMBERS, SEED = 50_000, 20_250_101
HASHED_AT_ONCE = 5_000
# What is written once the members are there, in this order, each as long as its table is empty.
AFTERWARDS: tuple[tuple[LiteralString, Callable[[datetime], None]], ...] = (
    ("visits_room", visits.write),
    ("partners_partner", partnering.write),
    ("letters_viewed", letters.write),
    ("rights_request", asked.write),
    ("org_edit", office.write),
    ("tiers_review", dealings.write),
    ("reports_channel", groups.write),
    ("reports_watched", standing_out.write),
)


@dataclass(frozen=True, slots=True)
class _Filling:
    """One filling under way."""

    rng: Random
    now: datetime
    progress: Callable[[str, float | None], None]

    def step(self, text: str) -> Callable[[float], None]:
        """Tells a step; gives what tells how far it is."""
        self.progress(text, None)
        return lambda share: self.progress(text, share)


def fill(progress: Callable[[str, float | None], None], *, size: int = MEMBERS, seed: int = SEED) -> bool:
    """
    Fill an empty database with the demo company; True when there was something to do.

    Staff are one transaction, members with all their history another: interrupted anywhere, the next call makes what is
    missing. The keeper must be running: it hashes the numbers.

    :raises CannotStart: the disk is full, or the database or the keeper went away.
    """
    try:
        return _fill(_Filling(Random(seed), timezone.now(), progress), size)  # noqa: S311 # made up, the same each time
    except (OperationalError, asking.KeeperAway, asking.KeeperDenied) as trouble:
        why = str(trouble).splitlines()[0]
        raise CannotStart(
            f"示例数据没有生成，未留下半份：{why}。再次运行即可。",
            f"the sample was not made, no half of it is left: {why}; run it again.",
        ) from trouble


def _fill(filling: _Filling, size: int) -> bool:
    with folders.one_at_a_time(settings.HOME, "sample"):
        organisation.ensure()
        hired = _hire(filling)
        if _is_empty("outreach_template"):
            wordings.write(filling.now)
        filled = _is_empty("members_member") and size > 0
        if filled:
            _people(filling, size)
            _tidy()
        for table, write in AFTERWARDS if size > 0 else ():
            if _is_empty(table):
                write(filling.now)
    return hired or filled


def _is_empty(table: LiteralString) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        return bool(cursor.fetchone() == (True,))


def _hire(filling: _Filling) -> bool:
    if not _is_empty("org_staff"):
        return False
    filling.step("示例公司，约需一分钟：员工 | the demo company, about a minute: staff")
    password = secrets.token_urlsafe(9)
    encoded = make_password(password)
    with transaction.atomic():
        hired = staff.make(filling.rng, encoded_password=encoded, now=filling.now)
        sign_ins.write(hired, password=password, today=day_of(filling.now))
    return True


def _people(filling: _Filling, size: int) -> None:
    calendar = times.Calendar.up_to(filling.now)
    members = _draw(filling, calendar, size)
    consultants = staff.consultants(calendar)
    invented = places.settle(members, consultants, calendar, filling.rng, filling.step("经历 | histories"))
    _introduce_member(invented.placed)
    with transaction.atomic():
        _write_members(filling, invented.placed)
        _write_pools(filling, invented, consultants, calendar)
        _write_calls(filling, invented.placed, calendar)


def _draw(filling: _Filling, calendar: times.Calendar, size: int) -> list[Member]:
    filling.step("会员 | members")
    maker = people.Maker(filling.rng, _shops(), calendar.today)
    members = [maker.draw() for _ in range(size)]
    for member, member_id in zip(members, reserve("members_member_id_seq", size), strict=True):
        member.member_id = member_id
    told = filling.step("号码摘要 | hashes of numbers")
    machine = Actor.system("sample")
    for start in range(0, size, HASHED_AT_ONCE):
        told(start / size)
        batch = members[start : start + HASHED_AT_ONCE]
        hashes = asking.hash_numbers(by=machine, numbers=[one.number for one in batch], purpose="account", now=timezone.now())
        for member, found in zip(batch, hashes, strict=True):
            member.hashes = found
    return members


def _introduce_member(placed: list[places.Placed]) -> None:
    """The demo's own member: one whom the demo's consultant has called, so that there is something to see in the portal."""
    employee_no = next((number for _role, number, _password in sign_ins.sign_ins()), "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM org_staff WHERE employee_no = %s::text", [employee_no])
        found = cursor.fetchone()
    held = [each for each in placed if each.open is not None and found is not None and each.open.holder.staff_id == found[0]]
    held.sort(key=lambda each: (-each.contacts, each.member.member_id))
    if held:
        sign_ins.write_member(held[0].member.number)


_SHOPS = """
SELECT store.id, store.code, city.id, city.code, city.name, of_store.id, of_city.id
  FROM org_store AS store
  JOIN org_city AS city ON city.id = store.city_id
  JOIN pools_pool AS of_store ON of_store.store_id = store.id
  JOIN pools_pool AS of_city ON of_city.city_id = city.id AND of_city.kind = 'city'
 WHERE store.code = ANY (%s::text[])
 ORDER BY store.code
"""


def _shops() -> list[Shop]:
    with connection.cursor() as cursor:
        cursor.execute(_SHOPS, [[code for code, *_ in organisation.STORES]])
        return [people.Shop(*row) for row in cursor.fetchall()]


def _write_members(filling: _Filling, placed: list[places.Placed]) -> None:
    filling.step("写入会员 | writing members")
    copy_into("members_member").run(rows.members(placed))
    copy_into("members_number").run(rows.numbers(placed))
    filling.step("授权与拒绝 | consents and refusals")
    copy_into("consent_receipt").run(rows.receipts(placed))
    copy_into("consent_withdrawal").run(rows.withdrawals(placed))
    copy_into("consent_suppression").run(rows.suppressions(placed))
    sealing.seal_members(placed, filling.now, filling.step("封存 | sealing"))
    sealing.write_notes(placed, filling.rng)


def _write_pools(filling: _Filling, invented: places.Company, consultants: list[Consultant], calendar: times.Calendar) -> None:
    filling.step("公海与名下 | pools and hands")
    placed = invented.placed
    holdings = list(pool_rows.holdings(placed, calendar, filling.rng))
    copy_into("pools_entry").run(pool_rows.entries(placed))
    copy_into("pools_holding").run(holdings)
    copy_into("vault_ground").run(pool_rows.grounds(holdings))
    copy_into("pools_hand").run(pool_rows.hands(placed, consultants))
    copy_into("pools_resting").run(pool_rows.resting(placed))
    copy_into("pools_former").run(pool_rows.former(placed, calendar))
    copy_into("pools_ledger").run(pool_rows.ledger(placed, staff.managers_of_teams()))
    copy_into("pools_quota").run(pool_rows.quotas(invented.used, consultants))
    copy_into("pools_dealt").run(pool_rows.dealt(placed))


def _write_calls(filling: _Filling, placed: list[places.Placed], calendar: times.Calendar) -> None:
    filling.step("通话记录 | calls")
    permit_ids = reserve("vault_permit_id_seq", sum(len(episode.calls) for _, episode in rows.episodes(placed)))
    copy_into("vault_permit").run(rows.permits(placed, permit_ids))
    copy_into("outreach_call").run(rows.calls(placed, filling.rng, permit_ids))
    copy_into("outreach_tally").run(rows.tallies(placed))
    harm.count()
    filling.step("短信 | texts")
    written = texts.Writer(filling.rng, calendar).write(placed)
    text_rows.write(written)
    found = [*looks.traces(placed, permit_ids), *text_rows.traces(written)]
    copy_into("audit_trace").run(sorted(found, key=lambda row: row[1]))


def _tidy() -> None:
    """Let the database know what it holds now, instead of in a minute."""
    with company.site().connect(OWNER) as owner:
        owner.execute("VACUUM (ANALYZE)")
