"""
People with fixed meaning, for tests of who may see and touch whom.

Each `Cast` is a city of its own: store East with 兰 (consultant), 梅 (her team mate), 陈 (their manager), 郑 (store manager) and
柳 (consultant of another team); store West with 吴 (consultant) and 许 (store manager); headquarters with 何 (auditor) and one
of each other role. Everything is written as the owner of the tables: a test can begin in any state, also in a broken one.
"""

from __future__ import annotations

import random
import secrets
import string
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from hongxian.consent.purposes import catalogue
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.org import queries as org
from hongxian.vault.sealing import Sealer
from tests.drawing import fresh_number
from tests.owner import insert, insert_bare, now, owner, private_keys, rows, run, run_as_admin

__all__ = [
    "Cast",
    "Person",
    "Someone",
    "ground",
    "insert",
    "insert_bare",
    "now",
    "owner",
    "private_keys",
    "receipt",
    "rows",
    "run",
    "run_as_admin",
    "traces",
    "withdrawal",
]
SECOND = string.ascii_lowercase + string.digits  # real cities have two capitals
CODES = [a + b for a in string.ascii_letters for b in SECOND] + [b + a for b in SECOND for a in string.ascii_uppercase]
HEADQUARTERS = ("auditor", "operations", "privacy_officer", "fraud_desk", "trainer")
CONTACT = ("outreach.call", "outreach.sms", "pool.grading")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, with an account."""

    staff_id: int
    account_id: int
    role: str
    employee_no: str

    def browser(self, **options: Any) -> Client:
        """A browser in which this person is signed in; for a test that acts as the desk."""
        user: Any = get_user_model()._default_manager.get(pk=self.account_id)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        client = Client(headers={"accept-language": "zh-hans"}, **options)
        client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
        return client

    def actor(self, process: str = "desk") -> Actor:
        found = org.actor(staff_id=self.staff_id, today=day_of(now()), process=process)
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Someone:
    """A member, with everything that no page may show beside the alias."""

    city_id: int
    member_id: int
    store_id: int
    number: str
    alias: str
    name: str
    wechat: str
    birth: str
    remark: str

    @property
    def hashes(self) -> list[bytes]:
        return private_keys().hash_number(self.number)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must appear nowhere; the number in every way people write it."""
        n = self.number[3:]
        written = (n, f"{n[:3]} {n[3:7]} {n[7:]}", f"{n[:3]}-{n[3:7]}-{n[7:]}")
        return (*written, self.name, self.wechat, self.birth, self.birth.split("~")[0], self.remark)


@dataclass(slots=True)
class Cast:
    """A city with its stores and people; see the module."""

    timezone: str = "Asia/Shanghai"
    city_id: int = 0
    code: str = ""
    east: int = 0
    west: int = 0
    team: int = 0
    other_team: int = 0
    west_team: int = 0
    east_pool: int = 0
    west_pool: int = 0
    city_pool: int = 0
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._found_city()
        self.east, self.east_pool = self._store("E")
        self.west, self.west_pool = self._store("W")
        self.city_pool = insert("pools_pool", city_id=self.city_id, store_id=None, kind="city")
        self.team, self.other_team = (insert("org_team", store_id=self.east, name=name) for name in ("一组", "二组"))
        self.west_team = insert("org_team", store_id=self.west, name="一组")
        consultant = {"role": "consultant", "tier": "X"}
        for name in ("lan", "mei"):
            self._join(name, store=self.east, team=self.team, **consultant)
        self._join("chen", store=self.east, team=self.team, role="team_manager")
        self._join("zheng", store=self.east, role="store_manager")
        self._join("liu", store=self.east, team=self.other_team, **consultant)
        self._join("wu", store=self.west, team=self.west_team, **consultant)
        self._join("xu", store=self.west, role="store_manager")
        for role in HEADQUARTERS:
            self._join(role, role=role)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def _found_city(self) -> None:
        taken = {code for (code,) in rows("SELECT code FROM org_city")}
        self.code = next(code for code in CODES if code not in taken)
        self.city_id = insert("org_city", code=self.code, name="测试市", name_en="Test City", timezone=self.timezone)

    def _store(self, letter: str) -> tuple[int, int]:
        number = insert(
            "org_store",
            city_id=self.city_id,
            code=f"{self.code}{letter}",
            name=f"门店 {self.code}{letter}",
            name_en=f"Store {self.code}{letter}",
            franchise=letter == "W",
            active=True,
        )
        today = day_of(now())
        insert("org_agreement", store_id=number, signed_on=today - timedelta(days=30), expires_on=today + timedelta(days=300))
        return number, insert("pools_pool", city_id=self.city_id, store_id=number, kind="store")

    def _join(self, name: str, *, role: str, store: int | None = None, team: int | None = None, tier: str | None = None) -> None:
        employee_no = f"{self.code}{name}"[:16]
        account = insert(
            "auth_user",
            username=employee_no,
            password=f"!{secrets.token_hex(20)}",
            first_name="",
            last_name="",
            email="",
            is_superuser=False,
            is_staff=False,
            is_active=True,
            date_joined=now(),
        )
        staff_id = insert(
            "org_staff",
            account_id=account,
            employee_no=employee_no,
            name=f"员工{name}",
            alias=f"{name}老师",
            role=role,
            city_id=self.city_id if store else None,
            store_id=store,
            team_id=team,
            tier=tier,
            active=True,
            joined_on=day_of(now()),
        )
        until = day_of(now()) + timedelta(days=200)
        insert("org_training", staff_id=staff_id, course="test", passed_at=now(), valid_until=until, score=100)
        self.people[name] = Person(staff_id, account, role, employee_no)

    def member(
        self,
        *,
        held_by: Person | None = None,
        pooled: bool = False,
        west: bool = False,
        consents: tuple[str, ...] = CONTACT,
        given_on: date | None = None,
        state: str = "live",
        number: str = "",
    ) -> Someone:
        """A member with a sealed envelope and receipts; in somebody's hands, in the store's pool, or nowhere."""
        number = number or fresh_number()
        token = secrets.token_hex(5)
        store_id = self.west if west else self.east
        member_id = insert(
            "members_member",
            city_id=self.city_id,
            person_id=random.getrandbits(60),
            state=state,
            number_hashes=private_keys().hash_number(number),
            store_id=store_id,
            origin=f"test {token}",
            source="test",
            created_at=now(),
            sex="female",
            birth_year=1993,
            height_cm=165,
            education="bachelor",
            marital="never",
            **dict.fromkeys(("income_band", "housing", "car", "home_city", "occupation"), ""),
            district="静安区",
            intends=False,
            has_criteria=False,
            grade="B",
            grade_score=50,
            grade_inputs="{}",
            profiling_off=False,
            contact_until=day_of(now()) + timedelta(days=100),
            contacts=0,
        )
        someone = Someone(
            city_id=self.city_id,
            member_id=member_id,
            store_id=store_id,
            number=number,
            alias=f"欧阳{token}女士",
            name=f"欧阳小美{token}",
            wechat=f"wx_{token}",
            birth=f"1993-07-{random.randint(10, 28)}~{token}",
            remark=f"备注{token}",
        )
        for each in someone.hashes:
            insert_bare("members_number", number_hash=each, city_id=self.city_id, member_id=member_id)
        self.seal(someone, alias=someone.alias, name=someone.name, number=number, wechat=someone.wechat, birth=someone.birth)
        self.seal(someone, remark=someone.remark)
        for purpose in consents:
            receipt(someone, purpose, given_on=given_on)
        if held_by is not None:
            self.hold(someone, held_by)
        if pooled:
            self.pool(someone)
        return someone

    def seal(self, someone: Someone, **texts: str) -> int:
        """Adds an envelope; its number."""
        sealed = Sealer(settings.HOME.keys).seal(someone.member_id, texts)
        about = {"city_id": someone.city_id, "member_id": someone.member_id}
        envelope: int = insert("vault_envelope", **about, held=list(texts), sealed_at=now(), **sealed.fields)
        insert_bare("vault_datakey", **about, envelope_id=envelope, kek_id=sealed.kek_id, wrapped=sealed.wrapped)
        return envelope

    def hold(self, someone: Someone, by: Person, *, until: datetime | None = None) -> None:
        """Puts a member into a consultant's hands, with the ground that goes with it."""
        until = until or now() + timedelta(days=7)
        who = {"city_id": someone.city_id, "staff_id": by.staff_id}
        run(
            "INSERT INTO pools_hand (city_id, staff_id, held, cap) VALUES (%(city_id)s, %(staff_id)s, 1, 200)"
            " ON CONFLICT (city_id, staff_id) DO UPDATE SET held = pools_hand.held + 1, cap = greatest(pools_hand.cap, pools_hand.held + 1)",
            **who,
        )
        insert_bare(
            "pools_holding",
            **who,
            member_id=someone.member_id,
            pool_id=self.west_pool if someone.store_id == self.west else self.east_pool,
            rank=1000 + someone.member_id,
            how="claimed",
            held_since=now() - timedelta(hours=1),
            held_until=until,
            last_outcome="",
            silent_slots=[],
        )
        ground(someone, by, until=until)

    def pool(self, someone: Someone) -> None:
        """Puts a member into their store's pool."""
        insert_bare(
            "pools_entry",
            city_id=someone.city_id,
            member_id=someone.member_id,
            pool_id=self.west_pool if someone.store_id == self.west else self.east_pool,
            rank=1000 + someone.member_id,
            sex="female",
            birth_year=1993,
            height_cm=165,
            education=0,
            income_band=0,
            marital=0,
            district="静安区",
            since=now(),
        )

    def run(self, *, store_id: int = 0) -> int:
        """An import that is done, with a line that was accepted; its number."""
        run_id: int = insert(
            "intake_run",
            city_id=self.city_id,
            store_id=store_id or self.east,
            staff_id=self.people["zheng"].staff_id,
            file_name="名单.xlsx",
            file_digest=secrets.token_hex(32),
            as_of=day_of(now()),
            dry=False,
            state="done",
            mapping="{}",
            rows=1,
            rows_done=1,
            summary='{"rows": 1, "accepted": 1, "merged": 0, "refused": 0, "suppressed_people": 0, "contactable_people": 1}',
            failure="",
            created_at=now(),
        )
        return run_id

    def expire_agreement(self, store_id: int) -> None:
        run("UPDATE org_agreement SET expires_on = signed_on WHERE store_id = %(store_id)s", store_id=store_id)

    def forget_training(self, person: Person) -> None:
        run("DELETE FROM org_training WHERE staff_id = %(staff_id)s", staff_id=person.staff_id)

    def deactivate(self, person: Person) -> None:
        run("UPDATE org_staff SET active = false WHERE id = %(staff_id)s", staff_id=person.staff_id)


def ground(someone: Someone, by: Person, *, kind: str = "claim", until: datetime | None = None) -> None:
    """Why somebody may see somebody."""
    insert_bare(
        "vault_ground",
        city_id=someone.city_id,
        member_id=someone.member_id,
        staff_id=by.staff_id,
        kind=kind,
        until=until or now() + timedelta(days=7),
    )


def receipt(
    someone: Someone,
    purpose: str,
    *,
    given_on: date | None = None,
    valid_until: date | None = None,
    notice_hash: str = "",
    recorded_at: datetime | None = None,
) -> None:
    """A yes; without dates one that runs, for the notice as it stands."""
    given_on = given_on or day_of(now()) - timedelta(days=10)
    insert(
        "consent_receipt",
        city_id=someone.city_id,
        member_id=someone.member_id,
        purpose=purpose,
        given_on=given_on,
        valid_until=valid_until or given_on + timedelta(days=730),
        evidence="signature",
        notice_hash=notice_hash or catalogue().purposes[purpose].notice_hash,
        origin=f"test {secrets.token_hex(4)}",
        recorded_at=recorded_at or now() - timedelta(days=10),
    )


def withdrawal(someone: Someone, purpose: str, *, at: datetime | None = None) -> None:
    """A yes taken back."""
    insert(
        "consent_withdrawal",
        city_id=someone.city_id,
        member_id=someone.member_id,
        purpose=purpose,
        recorded_at=at or now(),
        via="test",
    )


def traces(someone: Someone, *, action: str = "") -> list[tuple[Any, ...]]:
    """(action, purpose, ground, outcome, reason, staff_id, fields) of every trace about a member, oldest first."""
    return rows(
        "SELECT action, purpose, ground, outcome, reason, staff_id, fields FROM audit_trace WHERE city_id = %(city_id)s"
        " AND %(member_id)s = ANY (member_ids) AND (%(action)s = '' OR action = %(action)s) ORDER BY at, id",
        city_id=someone.city_id,
        member_id=someone.member_id,
        action=action,
    )
