"""A city for the morning: stores, consultants who can sign in, and members with everything that a call and a text need."""

from __future__ import annotations

import random
import string
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.outreach.messages import version_of
from tests.owner import now, owner, private_keys, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

PASSWORD = "early bird, red thread"
A_STORE, A_TEAM = 20, 5  # consultants
CLAIMS = {"store": 20, "city": 50}  # a day's quota of tier X
BATCH = 5_000
# The last digit says what the stand-in for a telephone line plays: 0 busy, 1 no answer, 2 no such number, 9 a nine, else a talk.
ENDINGS = "1" * 45 + "0" * 6 + "2" * 3 + "9" * 1 + "5" * 45
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静磊军洋勇艳杰娟涛明超霞平刚桂英"

# People as they come out of workbooks: two of three belong to their store's pool, one to the city's.
MEMBERS = """
INSERT INTO members_member (city_id, id, person_id, state, number_hashes, store_id, origin, source, registered_on, created_at, sex,
    birth_year, height_cm, education, income_band, marital, housing, car, home_city, district, occupation, intends, has_criteria, grade,
    grade_score, grade_inputs, profiling_off, contact_until, contacts)
SELECT %(city)s, each.id, each.id, 'live', ARRAY[each.hash], (%(stores)s::bigint[])[1 + each.id %% %(count)s], 'morning/' || each.id,
       '门店登记', current_date - 200, now(), (ARRAY['female', 'male'])[1 + each.id %% 2], 1970 + each.id %% 34, 150 + each.id %% 40,
       'bachelor', '5k_10k', 'never_married', 'rented', 'not_owned', '本市', 'd' || each.id %% 16, '工程师', false, true,
       (ARRAY['A', 'B', 'C', 'D', 'E'])[1 + each.id %% 5], 50, '{"complete": 60, "fresh": 40}', false, current_date + 400, 0
  FROM unnest(%(ids)s::bigint[], %(hashes)s::bytea[]) AS each (id, hash)
"""
NUMBERS = """
INSERT INTO members_number (number_hash, city_id, member_id)
SELECT each.hash, %(city)s, each.id FROM unnest(%(ids)s::bigint[], %(hashes)s::bytea[]) AS each (id, hash)
"""
RECEIPTS = """
INSERT INTO consent_receipt (city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at)
SELECT %(city)s, each.id, given.purpose, current_date - 100, current_date + 630, 'signature', given.notice, 'import morning', now()
  FROM unnest(%(ids)s::bigint[]) AS each (id), unnest(%(purposes)s::text[], %(notices)s::text[]) AS given (purpose, notice)
"""
ENTRIES = """
INSERT INTO pools_entry (city_id, member_id, pool_id, rank, sex, birth_year, height_cm, education, income_band, marital, district, since)
SELECT city_id, id, CASE WHEN id %% 3 = 0 THEN %(city_pool)s ELSE (%(pools)s::bigint[])[1 + id %% %(count)s] END,
       (strpos('ABCDE', grade) - 1)::bigint << 40 | 2400000000 + (random() * 100000000)::bigint, sex, birth_year, height_cm, 5, 3, 1,
       district, now()
  FROM members_member WHERE city_id = %(city)s AND id = ANY (%(ids)s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Consultant:
    """Somebody who works the morning."""

    staff_id: int
    employee_no: str
    store_id: int
    store_pool: int


@dataclass(slots=True)
class City:
    """Where the morning takes place. It is noon there, whatever hour it is here, so that the gate lets people be called."""

    city_id: int
    city_pool: int
    version_id: int
    consultants: list[Consultant] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)  # of members, made up


def found(*, members: int, consultants: int) -> City:
    """The whole city, and how long it took to standard error."""
    begun = time.perf_counter()
    city = _city()
    stores = [_store(city, number) for number in range(-(-consultants // A_STORE))]
    _hire(city, stores, consultants)
    _people(city, stores, members)
    owner().execute("VACUUM (ANALYZE)")
    print(f"a city of {members:,} members, {consultants} consultants: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return city


def _one(query: str, **about: Any) -> Any:
    return rows(query, **about)[0][0]


def _city() -> City:
    taken = {code for (code,) in rows("SELECT code FROM org_city")}
    code = next(a + b for a in string.ascii_letters for b in string.ascii_lowercase + string.digits if a + b not in taken)
    zone = f"Etc/GMT{now().hour - 12:+d}"  # Etc's names count backwards
    city_id = _one(
        "INSERT INTO org_city (code, name, name_en, timezone) VALUES (%(code)s, '晨', 'Morning', %(zone)s) RETURNING id",
        code=code,
        zone=zone,
    )
    pool = _one("INSERT INTO pools_pool (city_id, kind) VALUES (%(city)s, 'city') RETURNING id", city=city_id)
    return City(city_id, pool, version_of(body="{alias}您好，{consultant}想和您约个时间聊聊。"))


def _store(city: City, number: int) -> tuple[int, int, list[int]]:
    """The store, its pool and its teams."""
    store_id = _one(
        "INSERT INTO org_store (city_id, code, name, name_en, franchise, active)"
        " SELECT id, code || %(number)s::text, '晨店' || %(number)s::text, 'Morning ' || %(number)s::text, false, true"
        " FROM org_city WHERE id = %(city)s RETURNING id",
        city=city.city_id,
        number=number,
    )
    today = now().date()
    rows(
        "INSERT INTO org_agreement (store_id, signed_on, expires_on) VALUES (%(store)s, %(since)s, %(until)s) RETURNING id",
        store=store_id,
        since=today - timedelta(days=100),
        until=today + timedelta(days=600),
    )
    pool = _one(
        "INSERT INTO pools_pool (city_id, store_id, kind) VALUES (%(city)s, %(store)s, 'store') RETURNING id",
        city=city.city_id,
        store=store_id,
    )
    teams = [
        _one("INSERT INTO org_team (store_id, name) VALUES (%(store)s, %(name)s) RETURNING id", store=store_id, name=f"{each} 组")
        for each in range(1, A_STORE // A_TEAM + 1)
    ]
    return store_id, pool, teams


def _hire(city: City, stores: Sequence[tuple[int, int, list[int]]], consultants: int) -> None:
    from django.contrib.auth.hashers import make_password

    encoded, day = make_password(PASSWORD), now().date()
    for number in range(consultants):
        store_id, pool, teams = stores[number // A_STORE]
        employee_no = f"M{city.city_id}-{number:04d}"
        account = _one(
            "INSERT INTO auth_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active, date_joined)"
            " VALUES (%(no)s, %(password)s, '', '', '', false, false, true, now()) RETURNING id",
            no=employee_no,
            password=encoded,
        )
        staff_id = _one(
            "INSERT INTO org_staff (account_id, employee_no, name, alias, role, city_id, store_id, team_id, tier, active, joined_on, extension)"
            " VALUES (%(account)s, %(no)s::text, '晨', '晨老师', 'consultant', %(city)s, %(store)s, %(team)s, 'X', true, %(day)s, %(no)s::text) RETURNING id",
            account=account,
            no=employee_no,
            city=city.city_id,
            store=store_id,
            team=teams[number % len(teams)],
            day=day - timedelta(days=400),
        )
        _one(
            "INSERT INTO org_training (staff_id, course, passed_at, valid_until, score) VALUES (%(staff)s, 'privacy', now(), %(until)s, 100)"
            " RETURNING id",
            staff=staff_id,
            until=day + timedelta(days=300),
        )
        city.consultants.append(Consultant(staff_id, employee_no, store_id, pool))


def _people(city: City, stores: Sequence[tuple[int, int, list[int]]], members: int) -> None:
    from django.db import transaction

    from hongxian.consent.purposes import catalogue
    from hongxian.consent.receipts import COVERED_BY_IMPORT
    from hongxian.kernel.copying import reserve
    from hongxian.vault import storing

    hashing, dice = private_keys(), random.Random(7)
    purposes = sorted(COVERED_BY_IMPORT)
    about: dict[str, Any] = {
        "city": city.city_id,
        "city_pool": city.city_pool,
        "stores": [store for store, _pool, _teams in stores],
        "pools": [pool for _store, pool, _teams in stores],
        "count": len(stores),
        "purposes": purposes,
        "notices": [catalogue().purposes[purpose].notice_hash for purpose in purposes],
    }
    for start in range(0, members, BATCH):
        ids = reserve("members_member_id_seq", min(BATCH, members - start))
        numbers = [f"+86147{each:07d}{dice.choice(ENDINGS)}" for each in ids]
        given = about | {"ids": ids, "hashes": [hashing.hash_number(number)[0] for number in numbers]}
        for statement in (MEMBERS, NUMBERS, RECEIPTS, ENTRIES):
            owner().execute(statement.encode(), given)
        letters = [storing.Letter(each, _texts(dice, number)) for each, number in zip(ids, numbers, strict=True)]
        with transaction.atomic():
            storing.store(city_id=city.city_id, letters=letters, now=now())
        city.numbers |= dict(zip(ids, numbers, strict=True))


def _texts(dice: random.Random, number: str) -> dict[str, str]:
    surname = dice.choice(SURNAMES)
    return {
        "alias": surname + dice.choice(("女士", "先生")),
        "name": surname + dice.choice(GIVEN) + dice.choice(GIVEN),
        "number": number,
        "wechat": f"wx_{dice.getrandbits(36):09x}",
        "birth": f"19{dice.randint(70, 99)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}",
        "criteria": "希望对方在本市工作，身高一米七以上，性格开朗，愿意先了解一段时间。",
        "remark": "下午接电话方便。" if dice.random() < 0.2 else "",
    }


def tomorrow() -> str:
    """When somebody wants to be called back, as the page's field has it."""
    from hongxian.kernel.clock import COMPANY_ZONE

    return (datetime.now(COMPANY_ZONE) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
