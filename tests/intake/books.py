"""Workbooks of made-up people with random numbers, brought in for real, and what the database then holds."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from hongxian.intake import importing, runs
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Role
from hongxian.org import queries as org
from hongxian.outreach import gate, refusing
from hongxian.vault import asking
from tests import world
from tests.drawing import fresh_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hongxian.intake.importing import Worked
    from hongxian.kernel.actor import Actor

HEADINGS = {
    "label": "会员编号",
    "name": "姓名",
    "sex": "性别",
    "birth": "出生日期",
    "phone": "手机号码",
    "wechat": "微信号",
    "height": "身高",
    "education": "学历",
    "marital": "婚史",
    "basis": "授权依据",
    "basis_date": "授权日期",
    "criteria": "择偶要求",
    "last_result": "上次联系结果",
    "remark": "备注",
}
SIGNED = "到店签署纸质授权书"
# What an import may add to even when it changes nothing.
OF_THE_RUN = ("audit_", "intake_", "procrastinate_", "django_", "vault_opened")


def number() -> str:
    """A mobile number that no other test has."""
    return fresh_number().removeprefix("+86")


def today() -> date:
    """The company's day."""
    return day_of(timezone.now())


def signed(days_ago: int = 10) -> dict[str, str]:
    """The two cells of a consent."""
    return {"basis": SIGNED, "basis_date": (today() - timedelta(days=days_ago)).isoformat()}


def book(rows: Sequence[Mapping[str, object]]) -> bytes:
    """A .csv of these rows."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS.values())
    writer.writerows([row.get(name, "") for name in HEADINGS] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def bring(
    store: world.Store, content: bytes, *, dry: bool = False, as_of: date | None = None, by: Actor | None = None, **mapping: str
) -> Worked:
    """Imports the file into the store, as the console does."""
    found = org.store(store_id=store.store_id)
    assert found is not None
    actor = by or runs.system_for(found)
    now = timezone.now()
    run = importing.start(
        by=actor,
        store=found,
        content=content,
        file_name="book.csv",
        as_of=as_of or today(),
        dry=dry,
        mapping=mapping,
        now=now,
    )
    return importing.work(by=actor, run=run, content=content, now=now)


def contents(*, leaving_out: Sequence[str] = OF_THE_RUN) -> dict[str, tuple[int, str]]:
    """Every table's count and checksum."""
    names = world.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    tables = sorted(name for (name,) in names if not name.startswith(tuple(leaving_out)))
    query = "SELECT count(*), md5(coalesce(string_agg(md5(each::text), '' ORDER BY md5(each::text)), '')) FROM {} AS each"
    found: dict[str, tuple[int, str]] = {}
    for table in tables:
        ((count, digest),) = world.rows(query.format(table))
        found[table] = (count, digest)
    return found


def all_text() -> str:
    """Every row of every table, as text."""
    names = world.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    return "\n".join(str(row) for (name,) in names for (row,) in world.rows(f"SELECT each::text FROM {name} AS each"))


def picture(city_id: int, store_code: str) -> dict[str, list[tuple[Any, ...]]]:
    """What a city's people are like, without the numbers that only tell rows apart."""
    of_members = (
        "SELECT origin, state, suppressed_at IS NULL, source, registered_on, sex, birth_year, height_cm, education, income_band,"
        " marital, housing, car, home_city, district, occupation, intends, has_criteria, grade, grade_score, grade_inputs::text,"
        " contact_until, cardinality(number_hashes) FROM members_member WHERE city_id = %s ORDER BY origin, 1, 2, 3"
    )
    joined = (
        " JOIN members_member AS member ON member.city_id = each.city_id AND member.id = each.member_id WHERE each.city_id = %s"
    )
    return {
        "members": world.rows(of_members, city_id),
        "numbers": world.rows(f"SELECT member.origin FROM members_number AS each{joined} ORDER BY 1", city_id),
        "envelopes": world.rows(f"SELECT member.origin, each.held FROM vault_envelope AS each{joined} ORDER BY 1, 2", city_id),
        "keys": world.rows(f"SELECT member.origin FROM vault_datakey AS each{joined} ORDER BY 1", city_id),
        "receipts": world.rows(
            "SELECT member.origin, each.purpose, each.given_on, each.valid_until, each.evidence, each.notice_hash,"
            f" replace(each.origin, %s, '') FROM consent_receipt AS each{joined} ORDER BY 1, 2, 3, 7",
            store_code,
            city_id,
        ),
        "entries": world.rows(
            f"SELECT member.origin, each.sex, each.education FROM pools_entry AS each{joined} ORDER BY 1", city_id
        ),
        "moves": world.rows(f"SELECT member.origin, each.move FROM pools_ledger AS each{joined} ORDER BY 1, 2", city_id),
        "noes": world.rows(
            "SELECT reason, count(*) FROM consent_suppression WHERE origin LIKE %s GROUP BY reason ORDER BY 1",
            f"import {store_code} %",
        ),
    }


def hashes_of(city: world.World, number: str) -> list[bytes]:
    """What the keeper makes of a number."""
    [found] = asking.hash_numbers(by=city.system(), numbers=[f"+86{number}"], purpose="suppression", now=timezone.now())
    return found


def refuse(city: world.World, number: str) -> None:
    """The number says no."""
    refusing.refuse_number(
        by=city.system(), number_hashes=hashes_of(city, number), origin="test", reason="refused", now=timezone.now()
    )


def probe(city: world.World, number: str) -> str:
    """What the gate says of calling the number at noon."""
    by = city.staff(role=Role.PRIVACY_OFFICER)
    noon = timezone.now().replace(hour=4)  # twelve o'clock in Shanghai
    return gate.probe(by=by, number_hashes=hashes_of(city, number), channel="call", now=noon).reason
