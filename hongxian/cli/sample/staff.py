"""Who works in the demo company: teams, employee numbers, accounts, who has passed the training. And its consultants, read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from django.db import connection

from hongxian.cli.organisation import STORES
from hongxian.cli.sample import names, times
from hongxian.cli.sample.dice import happens
from hongxian.kernel.clock import day_of
from hongxian.org import course
from hongxian.pools.ranking import rank_floor

if TYPE_CHECKING:
    from random import Random

    from django.db.backends.utils import CursorWrapper

TEAMS = ("一组", "二组", "三组", "四组")
HEADQUARTERS = ("operations", "privacy_officer", "fraud_desk", "auditor", "trainer")
FIRST_PHONE = 8001  # extensions of the consultants
NEW_DAYS = 20  # who joined less than that ago is new: tier Z, some still without the training
VALID = timedelta(days=365)


@dataclass(slots=True)
class Person:
    """A member of staff before there is a row; `training` is the day of passing, None for not yet."""

    employee_no: str
    role: str
    store: str | None
    team: str | None
    tier: str | None
    joined_on: date
    training: date | None
    name: str = ""
    alias: str = ""
    staff_id: int = 0


@dataclass(frozen=True, slots=True)
class Consultant:
    """A consultant who may work members, and the days of the span on which she does."""

    staff_id: int
    city_id: int
    store_id: int
    team_id: int
    floor: int
    caps: dict[str, int]
    holding_cap: int
    days: list[int] = field(default_factory=list)


def make(rng: Random, *, encoded_password: str, now: datetime) -> list[Person]:
    """Write teams, staff, accounts and trainings in the surrounding transaction."""
    people = plan(rng, day_of(now))
    title = f"{course.load('zh-hans').title} {course.load('zh-hans').version}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, id, city_id FROM org_store")
        stores = {code: (store_id, city_id) for code, store_id, city_id in cursor.fetchall()}
        teams = {(code, name): _added(cursor, _TEAM, stores[code][0], name) for code, *_ in STORES for name in TEAMS}
        phones = count(FIRST_PHONE)
        for person in people:
            account_id = _added(cursor, _ACCOUNT, encoded_password, person.employee_no, now)
            store_id, city_id = stores[person.store] if person.store else (None, None)
            team_id = teams[person.store, person.team] if person.store and person.team else None
            person.staff_id = _added(
                cursor, _STAFF, account_id, person.employee_no, person.name, person.alias, person.role, city_id, store_id, team_id,
                person.tier, person.joined_on, str(next(phones)) if person.role == "consultant" else None,
            )  # fmt: skip
            if person.training is not None:
                passed_at = times.at(times.start_of(times.number_of(person.training)) + 10 * times.HOUR)
                score = rng.choice((80, 90, 90, 100, 100))
                cursor.execute(_TRAINING, [person.staff_id, title, passed_at, person.training + VALID, score])
    return people


_TEAM = "INSERT INTO org_team (store_id, name) VALUES (%s, %s) RETURNING id"
_ACCOUNT = """
INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
VALUES (%s, false, %s, '', '', '', false, true, %s) RETURNING id
"""
_STAFF = """
INSERT INTO org_staff (account_id, employee_no, name, alias, role, city_id, store_id, team_id, tier, active, joined_on, extension)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, true, %s, %s) RETURNING id
"""
_TRAINING = "INSERT INTO org_training (staff_id, course, passed_at, valid_until, score) VALUES (%s, %s, %s, %s, %s)"


def _added(cursor: CursorWrapper, statement: str, *values: str | int | date | None) -> int:
    cursor.execute(statement, list(values))
    return int(cursor.fetchone()[0])


def plan(rng: Random, today: date) -> list[Person]:
    """Everybody, without numbers of the database."""
    people = [_at_headquarters(rng, number, role, today) for number, role in enumerate(HEADQUARTERS, 1)]
    for code, *_ in STORES:
        people += _of_store(rng, code, today)
    taken: set[str] = set()
    for person in people:
        person.name = _name(rng)
        while not person.alias or person.alias in taken:
            person.alias = rng.choice(names.ALIASES_FIRST) + rng.choice(names.ALIASES_SECOND)
        taken.add(person.alias)
    return people


def _name(rng: Random) -> str:
    given = rng.choice((names.FEMALE, names.FEMALE, names.MALE))
    return rng.choice(names.SURNAMES) + "".join(rng.sample(given, rng.choice((1, 2, 2))))


def _at_headquarters(rng: Random, number: int, role: str, today: date) -> Person:
    joined = today - timedelta(days=rng.randint(300, 1500))
    return Person(f"HQ-{number:03d}", role, None, None, None, joined, today - timedelta(days=rng.randint(20, 300)))


def _of_store(rng: Random, code: str, today: date) -> list[Person]:
    roles: list[tuple[str, str | None]] = [("store_manager", None), *(("team_manager", team) for team in TEAMS)]
    roles += [("consultant", team) for team in TEAMS for _ in range(rng.randint(4, 6))]
    newest = len(roles)
    people = []
    for number, (role, team) in enumerate(roles, 1):
        new = role == "consultant" and (number == newest or (number < newest - 1 and happens(rng, 0.08)))
        joined = today - timedelta(days=rng.randint(2, NEW_DAYS - 1) if new else rng.randint(60, 1400))
        if number == newest - 1:
            joined = min(joined, today - VALID - timedelta(days=60))
        tier = ("Z" if new else rng.choices("XYZ", (25, 50, 25))[0]) if role == "consultant" else None
        person = Person(f"{code}-{number:03d}", role, code, team, tier, joined, _trained_on(rng, joined, today))
        if number == newest:  # one in each store has not done the course yet
            person.training = None
        if number == newest - 1:  # and one must soon do it again
            person.training = today - VALID + timedelta(days=rng.randint(3, 12))
        people.append(person)
    return people


def _trained_on(rng: Random, joined: date, today: date) -> date:
    since = max(joined, today - timedelta(days=330))
    return min(today, since + timedelta(days=rng.randint(0, max(0, min(200, (today - since).days - 1)))))


def consultants(calendar: times.Calendar) -> list[Consultant]:
    """Those who may work members today, with the days of the span on which they did; from the database."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(_CONSULTANTS, {"today": times.date_of(calendar.today), "new": NEW_DAYS})
        for staff_id, city_id, store_id, team_id, best, store_cap, city_cap, holding_cap, since in cursor.fetchall():
            begins = max(calendar.first, times.number_of(since) + 1)
            days = [day for day in range(begins, calendar.last + 1) if times.works_on(staff_id, day)]
            caps = {"store": store_cap, "city": city_cap}
            if days:
                found.append(Consultant(staff_id, city_id, store_id, team_id, rank_floor(best), caps, holding_cap, days))
    return found


# Since when: only the newest training is in the table; who is not new has passed others before it.
_CONSULTANTS = """
SELECT staff.id, staff.city_id, staff.store_id, staff.team_id, rule.best_grade, rule.store_cap, rule.city_cap, rule.holding_cap,
       CASE WHEN staff.joined_on > %(today)s::date - %(new)s::int THEN max(training.passed_at)::date ELSE staff.joined_on END AS since
  FROM org_staff AS staff
  JOIN (SELECT right(key, 1) AS tier, value ->> 'best_grade' AS best_grade, (value ->> 'store_cap')::int AS store_cap,
               (value ->> 'city_cap')::int AS city_cap, (value ->> 'holding_cap')::int AS holding_cap
          FROM org_rule WHERE key LIKE 'tier.%%' AND made_by = 0) AS rule ON rule.tier = staff.tier
  JOIN org_training AS training ON training.staff_id = staff.id AND training.valid_until >= %(today)s::date
 WHERE staff.role = 'consultant' AND staff.active
 GROUP BY staff.id, rule.tier, rule.best_grade, rule.store_cap, rule.city_cap, rule.holding_cap
 ORDER BY staff.id
"""


def managers_of_teams() -> dict[int, int]:
    """Who moves members within a team."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT team_id, min(id) FROM org_staff WHERE role = 'team_manager' AND team_id IS NOT NULL GROUP BY team_id"
        )
        return dict(cursor.fetchall())
