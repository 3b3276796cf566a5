"""
A small company for one test: a fresh city with stores, pools, teams, consultants and members.

Rows are written by the tables' owner and stay; nothing of another test's city is touched. What is under test then runs
with the process's own role.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hongxian.consent.purposes import catalogue
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.permissions import Role
from hongxian.pools import ranking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

NOON = datetime(2026, 6, 10, 12, 30, tzinfo=COMPANY_ZONE)
_dice = random.SystemRandom()  # hypothesis sets the common one back
_owner: list[Connection[tuple[Any, ...]]] = []


def owner() -> Connection[tuple[Any, ...]]:
    """A connection as the owner of the tables, autocommit; one for the test process."""
    if not _owner or _owner[0].closed:
        from hongxian.cli import company, roles

        _owner[:] = [company.site().connect(roles.OWNER)]
    return _owner[0]


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    """What a query gives, as the owner sees it."""
    return owner().execute(query.encode(), values).fetchall()


def value(query: str, *values: object) -> Any:
    """The one value that a query gives."""
    return rows(query, *values)[0][0]


def run(query: str, *values: object) -> None:
    """Runs a statement as the owner."""
    owner().execute(query.encode(), values)


@dataclass(slots=True)
class Store:
    """A store with its pool and teams."""

    store_id: int
    code: str
    pool_id: int
    teams: list[int] = field(default_factory=list)


class World:
    """
    A city of its own. `world.store()`, `world.team(store)`, `world.consultant(team=…)`, `world.members(n, pool_id=…)`.

    The first store has two teams; the second is another's.
    """

    def __init__(self, *, stores: int = 2, teams: int = 2, now: datetime = NOON) -> None:
        self.now = now
        self.city_id, self.city_code = _new_city()
        self.city_pool = int(
            value("INSERT INTO pools_pool (city_id, store_id, kind) VALUES (%s, NULL, 'city') RETURNING id", self.city_id)
        )
        self.stores = [self.store(teams=teams) for _ in range(stores)]
        self.store_of_team = {team: store for store in self.stores for team in store.teams}

    @property
    def today(self) -> date:
        """The company's day at `now`."""
        return day_of(self.now)

    def store(self, *, teams: int = 2) -> Store:
        """One more store with an agreement that runs, its pool and its teams."""
        code = _word(8)
        store_id = value(
            "INSERT INTO org_store (city_id, code, name, name_en, franchise, active) VALUES (%s, %s, '店', 'Store', false, true)"
            " RETURNING id",
            self.city_id,
            code,
        )
        run(
            "INSERT INTO org_agreement (store_id, signed_on, expires_on) VALUES (%s, %s, %s)",
            store_id,
            self.today - timedelta(days=400),
            self.today + timedelta(days=4000),
        )
        pool_id = value(
            "INSERT INTO pools_pool (city_id, store_id, kind) VALUES (%s, %s, 'store') RETURNING id", self.city_id, store_id
        )
        made = Store(store_id=store_id, code=code, pool_id=pool_id)
        made.teams += [
            value("INSERT INTO org_team (store_id, name) VALUES (%s, %s) RETURNING id", store_id, f"{number} 组")
            for number in range(1, teams + 1)
        ]
        return made

    def staff(
        self, *, role: Role, store: Store | None = None, team: int | None = None, tier: str | None = None, trained: bool = True
    ) -> Actor:
        """Somebody who works here, as the actor of a request."""
        word = _word(10)
        staff_id = value(
            "INSERT INTO org_staff (employee_no, name, alias, role, city_id, store_id, team_id, tier, active, joined_on)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, true, %s) RETURNING id",
            word,
            "员工",
            f"顾问{word[:4]}",
            role.value,
            self.city_id,
            store.store_id if store else None,
            team,
            tier,
            self.today,
        )
        if trained:
            run(
                "INSERT INTO org_training (staff_id, course, passed_at, valid_until, score) VALUES (%s, 'privacy', %s, %s, 100)",
                staff_id,
                self.now,
                self.today + timedelta(days=4000),
            )
        return Actor(
            staff_id=staff_id,
            role=role,
            alias=f"顾问{word[:4]}",
            city_id=self.city_id,
            store_id=store.store_id if store else None,
            team_id=team,
            tier=tier,
            trained=trained,
            agreement_live=True,
            process="worker",
        )

    def consultant(self, *, store: Store | None = None, team: int | None = None, tier: str = "X", trained: bool = True) -> Actor:
        """A consultant of the first store's first team unless another is named."""
        at = store or (self.store_of_team[team] if team is not None else self.stores[0])
        return self.staff(role=Role.CONSULTANT, store=at, team=at.teams[0] if team is None else team, tier=tier, trained=trained)

    def team_manager(self, *, team: int | None = None) -> Actor:
        """The manager of the first store's first team unless another is named."""
        chosen = self.stores[0].teams[0] if team is None else team
        return self.staff(role=Role.TEAM_MANAGER, store=self.store_of_team[chosen], team=chosen)

    def store_manager(self, *, store: Store | None = None) -> Actor:
        """The manager of the first store unless another is named."""
        return self.staff(role=Role.STORE_MANAGER, store=store or self.stores[0])

    def system(self, task: str = "test") -> Actor:
        """A rule at work in this city."""
        return Actor.system(task, city_id=self.city_id)

    def members(
        self,
        n: int,
        *,
        store: Store | None = None,
        grade: str = "C",
        contactable: bool = True,
        consents: bool = True,
        **facets: Any,
    ) -> list[int]:
        """Members of a store who are in no pool yet."""
        at = store or self.stores[0]
        columns: dict[str, Any] = {
            "sex": "female",
            "birth_year": 1995,
            "height_cm": 165,
            "education": "bachelor",
            "income_band": "5k_10k",
        }
        columns |= {"marital": "never_married", "district": "静安", "registered_on": self.today - timedelta(days=20)}
        columns |= {"housing": "", "car": "", "home_city": "", "occupation": "", "intends": False, "has_criteria": False} | facets
        names = ", ".join(columns)
        found = rows(
            f"INSERT INTO members_member (city_id, person_id, state, number_hashes, store_id, origin, source, created_at, {names},"
            " grade, grade_score, grade_inputs, profiling_off, contact_until, contacts)"
            " SELECT %s, nextval('members_member_id_seq'), 'live', '{}', %s, %s || '/' || number, '', %s,"
            + "%s, " * len(columns)
            + "%s, 0, '{}', false, %s, 0 FROM generate_series(1, %s) AS number RETURNING id",
            self.city_id,
            at.store_id,
            _word(12),
            self.now,
            *columns.values(),
            grade,
            self.today + timedelta(days=400) if contactable else None,
            n,
        )
        ids = sorted(row[0] for row in found)
        if consents:
            self.consent(ids)
        return ids

    def consent(self, member_ids: Sequence[int], *purposes: str) -> None:
        """Receipts that run."""
        for purpose in purposes or ("outreach.call", "outreach.sms", "pool.grading"):
            run(
                "INSERT INTO consent_receipt (city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at)"
                " SELECT %s, member.id, %s, %s, %s, 'signature', %s, 'test', %s FROM unnest(%s::bigint[]) AS member(id)",
                self.city_id,
                purpose,
                self.today - timedelta(days=20),
                self.today + timedelta(days=400),
                catalogue().purposes[purpose].notice_hash,
                self.now - timedelta(days=20),
                list(member_ids),
            )

    def entries(self, n: int, *, pool_id: int | None = None, grade: str = "C", **facets: Any) -> list[int]:
        """Members in a pool (the first store's unless another is named), in the order in which they will be claimed."""
        pool = self.stores[0].pool_id if pool_id is None else pool_id
        store = next((each for each in self.stores if each.pool_id == pool), self.stores[0])
        ids = self.members(n, store=store, grade=grade, consents=False, **facets)
        self.put(ids, pool_id=pool, grade=grade)
        return ids

    def put(self, member_ids: Sequence[int], *, pool_id: int, grade: str = "C") -> None:
        """Entries of these members, the lowest number first in rank. Hints of the pool are forgotten."""
        run("DELETE FROM pools_hint WHERE city_id = %s AND pool_id = %s", self.city_id, pool_id)
        first = ranking.rank_of(grade=grade, fresh_at=self.now)
        run(
            "INSERT INTO pools_entry (city_id, member_id, pool_id, rank, sex, birth_year, height_cm, education, income_band, marital,"
            " district, since) SELECT member.city_id, member.id, %s, %s + place.n, member.sex, member.birth_year, member.height_cm, 5, 3, 1,"
            " member.district, %s FROM unnest(%s::bigint[]) WITH ORDINALITY AS place(id, n)"
            " JOIN members_member AS member ON member.city_id = %s AND member.id = place.id",
            pool_id,
            first,
            self.now,
            list(member_ids),
            self.city_id,
        )

    def count(self, table: str, where: str = "true", *values: object) -> int:
        """How many rows this city has in a table."""
        return int(value(f"SELECT count(*) FROM {table} WHERE city_id = %s AND {where}", self.city_id, *values))

    def ids(self, table: str, where: str = "true", *values: object) -> list[int]:
        """The members that this city has in a table."""
        found = rows(f"SELECT member_id FROM {table} WHERE city_id = %s AND {where} ORDER BY 1", self.city_id, *values)
        return [row[0] for row in found]

    def denials(self) -> list[tuple[str, str]]:
        """Action and reason of every denied try in this city, in order."""
        found = rows(
            "SELECT action, reason FROM audit_trace WHERE city_id = %s AND outcome = 'denied' ORDER BY at, id", self.city_id
        )
        return [(action, reason) for action, reason in found]

    def suppress(self, member_id: int, *, now: datetime | None = None) -> None:
        """Marks the record alone, as the first step of a refusal."""
        run(
            "UPDATE members_member SET suppressed_at = %s WHERE city_id = %s AND id = %s",
            now or self.now,
            self.city_id,
            member_id,
        )


def broken_promises(city_id: int) -> list[str]:
    """Every promise of the pools that does not hold in a city; empty when all do."""
    checks = {
        "a member in two places": "SELECT member_id FROM (SELECT member_id FROM pools_entry WHERE city_id = %(c)s UNION ALL"
        " SELECT member_id FROM pools_holding WHERE city_id = %(c)s UNION ALL"
        " SELECT member_id FROM pools_resting WHERE city_id = %(c)s) AS place GROUP BY member_id HAVING count(*) > 1",
        "a quota that is not the sum of its charges": "SELECT staff_id FROM pools_quota AS quota WHERE city_id = %(c)s AND used <>"
        " (SELECT coalesce(sum(charged), 0) FROM pools_ledger AS ledger WHERE ledger.city_id = %(c)s AND ledger.staff_id = quota.staff_id"
        " AND ledger.day = quota.day AND ledger.kind = quota.kind)",
        "a charge without a quota": "SELECT staff_id FROM pools_ledger AS ledger WHERE city_id = %(c)s AND charged > 0 AND NOT EXISTS"
        " (SELECT FROM pools_quota AS quota WHERE quota.city_id = %(c)s AND quota.staff_id = ledger.staff_id"
        " AND quota.day = ledger.day AND quota.kind = ledger.kind)",
        "a quota over its cap": "SELECT staff_id FROM pools_quota WHERE city_id = %(c)s AND used > cap",
        "a hand that is not the number of its holdings": "SELECT staff_id FROM pools_hand AS hand WHERE city_id = %(c)s AND held <>"
        " (SELECT count(*) FROM pools_holding AS holding WHERE holding.city_id = %(c)s AND holding.staff_id = hand.staff_id)",
        "a hand over its cap": "SELECT staff_id FROM pools_hand WHERE city_id = %(c)s AND held > cap",
        "a holding without a hand": "SELECT member_id FROM pools_holding AS holding WHERE city_id = %(c)s AND NOT EXISTS"
        " (SELECT FROM pools_hand AS hand WHERE hand.city_id = %(c)s AND hand.staff_id = holding.staff_id)",
        "a holding without its ground": "SELECT member_id FROM pools_holding AS holding WHERE city_id = %(c)s AND NOT EXISTS"
        " (SELECT FROM vault_ground AS ground WHERE ground.city_id = %(c)s AND ground.member_id = holding.member_id"
        " AND ground.staff_id = holding.staff_id AND ground.kind = 'claim' AND ground.until = holding.held_until)",
        "a ground without its holding": "SELECT member_id FROM vault_ground AS ground WHERE city_id = %(c)s AND kind = 'claim' AND"
        " NOT EXISTS (SELECT FROM pools_holding AS holding WHERE holding.city_id = %(c)s AND holding.member_id = ground.member_id"
        " AND holding.staff_id = ground.staff_id)",
        "a member who said no, somewhere": "SELECT place.member_id FROM (SELECT member_id FROM pools_entry WHERE city_id = %(c)s UNION"
        " ALL SELECT member_id FROM pools_holding WHERE city_id = %(c)s UNION ALL SELECT member_id FROM pools_resting"
        " WHERE city_id = %(c)s) AS place JOIN members_member AS member ON member.city_id = %(c)s AND member.id = place.member_id"
        " WHERE member.suppressed_at IS NOT NULL",
        "an entry below the hint": "SELECT entry.member_id FROM pools_entry AS entry, (SELECT DISTINCT pool_id, rank_floor FROM pools_hint"
        " WHERE city_id = %(c)s) AS spot WHERE entry.city_id = %(c)s AND entry.pool_id = spot.pool_id AND entry.rank >= spot.rank_floor"
        " AND entry.rank < (SELECT min(hint.starts_at) FROM pools_hint AS hint WHERE hint.city_id = %(c)s AND hint.pool_id = spot.pool_id"
        " AND hint.rank_floor = spot.rank_floor AND hint.id >= (SELECT max(newest.id) FROM pools_hint AS newest"
        " WHERE newest.city_id = %(c)s AND newest.pool_id = spot.pool_id AND newest.rank_floor = spot.rank_floor"
        " AND newest.how <> 'lowered'))",
    }
    return [what for what, query in checks.items() if owner().execute(query.encode(), {"c": city_id}).fetchone()]


def _word(length: int) -> str:
    return "".join(_dice.choices(string.ascii_uppercase + string.digits, k=length))


def _new_city() -> tuple[int, str]:
    while True:
        code = _dice.choice(string.ascii_letters) + _dice.choice(string.ascii_letters + string.digits)
        found = rows(
            "INSERT INTO org_city (code, name, name_en, timezone) VALUES (%s, '城', 'City', 'Asia/Shanghai')"
            " ON CONFLICT DO NOTHING RETURNING id",
            code,
        )
        if found:
            return int(found[0][0]), code
