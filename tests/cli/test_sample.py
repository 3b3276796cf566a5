"""The demo company: what is invented obeys every rule that the system keeps, and being interrupted leaves no half of it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hongxian.cli import checking
from hongxian.cli.sample import people, places, staff, times
from hongxian.config.home import Home
from hongxian.kernel.sql import text_of
from hongxian.pools.ranking import rank_floor
from hongxian.reports import robots
from hongxian.reports.channels import name_of
from hongxian.vault import files
from tests.cli.sample_rules import INVARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = 600


def _run(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hongxian.config", *arguments],
        env=_surroundings(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def _surroundings(home: Home) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HONGXIAN_")}
    return {**kept, "HONGXIAN_HOME": str(home.path), "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}


@contextmanager
def _serving(home: Home) -> Iterator[psycopg.Connection[Any]]:
    """The home's database, as the owner, for as long as the block takes."""
    command = [sys.executable, "-m", "hongxian.config", "serve", "keeper"]
    with subprocess.Popen(command, env=_surroundings(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as keeper:
        try:
            with _connect(home) as connection:
                yield connection
        finally:
            keeper.terminate()


def _connect(home: Home) -> psycopg.Connection[Any]:
    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(
                host=str(home.socket), dbname="hongxian", user="hongxian_owner", password=home.password("owner"), autocommit=True
            )
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _clear(home: Home) -> None:
    """The server stops a moment after its last user; until then it writes."""
    deadline = time.monotonic() + 20
    while (home.data / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    shutil.rmtree(home.path, ignore_errors=True)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home with a small company."""
    folder = Path(tempfile.mkdtemp(prefix="hx-sample-"))
    home = Home(folder)
    done = _run(home, "sample", "--members", str(MEMBERS))
    assert done.returncode == 0, done.stderr
    yield home
    _clear(home)


@pytest.fixture(scope="module")
def database(home: Home) -> Iterator[psycopg.Connection[Any]]:
    with _serving(home) as connection:
        yield connection


class TestCompany:
    @pytest.mark.parametrize("what", INVARIANTS)
    def test_keeps_the_rule_against(self, database: psycopg.Connection[Any], what: str) -> None:
        statement = INVARIANTS[what].replace(":today", "(now() AT TIME ZONE 'Asia/Shanghai')::date")
        assert database.execute(statement).fetchmany(5) == []

    def test_is_as_large_as_asked_and_has_everybody(self, database: psycopg.Connection[Any]) -> None:
        assert database.execute("SELECT count(*) FROM members_member").fetchone() == (MEMBERS,)
        roles = Counter(role for (role,) in database.execute("SELECT role FROM org_staff"))
        assert roles.pop("consultant") in range(6 * 4 * 4, 6 * 4 * 6 + 1)
        assert roles == {
            "store_manager": 6,
            "team_manager": 24,
            "operations": 1,
            "privacy_officer": 1,
            "fraud_desk": 1,
            "auditor": 1,
            "trainer": 1,
        }
        assert database.execute("SELECT count(*) FROM org_city").fetchone() == (3,)
        assert database.execute("SELECT kind, count(*) FROM pools_pool GROUP BY 1 ORDER BY 1").fetchall() == [
            ("city", 3),
            ("store", 6),
        ]

    def test_has_teams_of_four_to_six(self, database: psycopg.Connection[Any]) -> None:
        sizes = database.execute("SELECT count(*) FROM org_staff WHERE role = 'consultant' GROUP BY team_id").fetchall()
        assert len(sizes) == 24
        assert {size for (size,) in sizes} <= {4, 5, 6}

    def test_has_somebody_to_train_and_somebody_to_train_again(self, database: psycopg.Connection[Any]) -> None:
        untrained, soon = database.execute(
            """
            SELECT count(*) FILTER (WHERE training.id IS NULL), count(*) FILTER (WHERE training.valid_until < now() + interval '14 days')
              FROM org_staff AS staff LEFT JOIN org_training AS training ON training.staff_id = staff.id
            """
        ).fetchone() or (0, 0)
        assert untrained >= 6
        assert soon >= 6
        assert database.execute("SELECT DISTINCT tier FROM org_staff WHERE tier IS NOT NULL ORDER BY 1").fetchall() == [
            ("X",), ("Y",), ("Z",),
        ]  # fmt: skip

    def test_leaves_room_in_every_quota_of_today(self, database: psycopg.Connection[Any]) -> None:
        spent = "SELECT 1 FROM pools_quota WHERE day = (now() AT TIME ZONE 'Asia/Shanghai')::date AND used > cap / 2"
        assert database.execute(spent).fetchall() == []

    def test_hashed_every_number_against_a_trace(self, database: psycopg.Connection[Any]) -> None:
        hashed = "SELECT action, process, reason FROM audit_trace WHERE action = 'vault.hash'"
        assert database.execute(hashed).fetchall() == [("vault.hash", "worker", f"n={MEMBERS}")]

    def test_has_letters_of_the_consultants_members_and_something_pushed(self, database: psycopg.Connection[Any]) -> None:
        """What was sent lies sealed; of others only buckets are there."""
        [(members, looks)] = database.execute("SELECT count(DISTINCT member_id), count(*) FROM letters_viewed").fetchall()
        assert members >= 1
        assert looks >= 12 * members
        assert database.execute("SELECT 1 FROM letters_sent LIMIT 1").fetchone()
        assert database.execute("SELECT 1 FROM vault_pushed LIMIT 1").fetchone()

    def test_shows_something_on_every_page_of_the_company(self, database: psycopg.Connection[Any]) -> None:
        """Anomalies open and acknowledged, rules and places changed and to change, groups with digests, tiers proposed and decided."""
        told = {
            "open": "SELECT count(DISTINCT store_id) FROM reports_anomaly WHERE noted_seen IS NULL",
            "noted": "SELECT count(DISTINCT anomaly_id) FROM reports_acknowledgement WHERE note <> ''",
            "rules": "SELECT count(*) FROM org_rule WHERE made_by <> 0 AND effective_from < now() AND before <> value",
            "rules to come": "SELECT count(*) FROM org_rule WHERE made_by <> 0 AND effective_from > now()",
            "edits to come": "SELECT count(*) FROM org_edit AS edit LEFT JOIN org_editdone AS done ON done.edit_id = edit.id WHERE done IS NULL",
            "digests": "SELECT count(DISTINCT channel_id) FROM reports_digest WHERE state = 'sent'",
            "proposed": "SELECT count(*) FROM tiers_review WHERE decided_at IS NULL",
            "decided": "SELECT count(*) FROM tiers_review WHERE decided_at IS NOT NULL AND why <> ''",
        }
        found = {name: database.execute(statement.encode()).fetchall()[0][0] for name, statement in told.items()}
        assert {name: count for name, count in found.items() if count < 1} == {}

    def test_its_groups_robots_lead_nowhere_but_to_a_stand_in(self, home: Home, database: psycopg.Connection[Any]) -> None:
        opened = {
            json.loads(files.unseal(folder=home.keys, name=name_of(bytes(mark)), sealed=bytes(sealed)))["address"]
            for mark, sealed in database.execute("SELECT fingerprint, sealed FROM reports_channel")
        }
        assert opened == {robots.loopback(kind) for kind in ("wecom", "dingtalk", "feishu")}
        assert [robots.kind_of(address) for address in opened] == [None, None, None]

    def test_left_a_trace_of_every_number_that_was_shown(self, database: psycopg.Connection[Any]) -> None:
        missing = """
            SELECT 1 FROM vault_permit AS permit WHERE permit.used_at IS NOT NULL AND NOT EXISTS (
                SELECT FROM audit_trace AS trace WHERE trace.city_id = permit.city_id AND trace.action = 'gate.permit'
                   AND ((permit.channel = 'call' AND trace.permit_id = permit.id AND trace.member_ids = ARRAY[permit.member_id])
                        OR (permit.channel = 'sms' AND (trace.staff_id, trace.at) = (permit.staff_id, permit.issued_at)
                            AND trace.purpose = permit.purpose AND trace.outcome = 'allowed' AND permit.member_id = ANY (trace.member_ids))))
        """
        assert database.execute(missing).fetchall() == []
        assert database.execute("SELECT 1 FROM audit_trace WHERE at > now()").fetchall() == []


class TestChecks:
    @pytest.mark.parametrize("each", checking.INVARIANTS, ids=lambda each: each.name)
    def test_hold_for_the_sample_as_for_any_company(self, database: psycopg.Connection[Any], each: checking.Invariant) -> None:
        """What `bin/hongxian check` asks, over all that was invented."""
        early, now = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC)
        for (city_id,) in database.execute("SELECT id FROM org_city").fetchall():
            about = {"city_id": city_id, "first_day": early.date(), "begins": early, "ends": now, "stale": now}
            assert database.execute(text_of(each.context, each.statement).encode(), about).fetchmany(3) == []


class TestTexts:
    def test_are_counted_as_they_lie(self, database: psycopg.Connection[Any]) -> None:
        """What counting.recount asks, of every city and all the days."""
        statement = text_of("outreach", "recount_texts")
        for (city_id,) in database.execute("SELECT id FROM org_city").fetchall():
            span = {"city_id": city_id, "begins": datetime(2020, 1, 1, tzinfo=UTC), "ends": datetime.now(UTC)}
            assert database.execute(statement, span).fetchall() == []
        counted = "SELECT sum(handed + dropped) FROM outreach_texttally WHERE span = 'day'"
        assert database.execute(counted).fetchall() == database.execute("SELECT count(*) FROM outreach_message").fetchall()

    def test_are_of_every_way_that_needs_no_campaign_and_of_most_ends(self, database: psycopg.Connection[Any]) -> None:
        hows = Counter(how for (how,) in database.execute("SELECT how FROM outreach_message"))
        assert set(hows) == {"hand", "library", "automatic"}
        assert hows["automatic"] < hows["hand"]
        ends = Counter(state for (state,) in database.execute("SELECT state FROM outreach_message"))
        assert ends["delivered"] > 0.8 * ends.total()
        assert set(ends) <= {"delivered", "failed", "unknown", "dropped"}

    def test_that_did_not_leave_say_why(self, database: psycopg.Connection[Any]) -> None:
        silent = "SELECT state, reason FROM outreach_message WHERE (state = 'delivered') <> (reason = '')"
        assert database.execute(silent).fetchall() == []
        denied = """
            SELECT 1 FROM outreach_message AS message WHERE message.state = 'dropped' AND message.reason <> 'late' AND NOT EXISTS (
                SELECT FROM audit_trace AS trace WHERE (trace.city_id, trace.staff_id, trace.at, trace.outcome, trace.reason)
                   = (message.city_id, message.staff_id, message.ended_at, 'denied', message.reason) AND message.member_id = ANY (trace.member_ids))
        """
        assert database.execute(denied).fetchall() == []


class TestSignIns:
    def test_are_one_a_role_for_nobody_else_to_read(self, home: Home, database: psycopg.Connection[Any]) -> None:
        file = home.path / "demo-sign-ins.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        lines = json.loads(file.read_text())
        assert len(lines) == 9
        found = database.execute(
            "SELECT staff.role FROM org_staff AS staff JOIN auth_user AS account ON account.id = staff.account_id"
            " WHERE staff.employee_no = ANY (%s) AND account.username = staff.employee_no AND account.is_active",
            [[number for _, number, _ in lines]],
        ).fetchall()
        assert Counter(role for (role,) in found) == Counter(
            [
                "consultant",
                "consultant",
                "team_manager",
                "store_manager",
                "operations",
                "privacy_officer",
                "fraud_desk",
                "auditor",
                "trainer",
            ]
        )

    def test_store_no_password_but_its_hash(self, home: Home, database: psycopg.Connection[Any]) -> None:
        password = json.loads((home.path / "demo-sign-ins.json").read_text())[0][2]
        (stored,) = database.execute("SELECT password FROM auth_user LIMIT 1").fetchone() or ("",)
        assert stored.startswith("scrypt$")
        assert password not in stored


class TestAgain:
    def test_changes_nothing(self, home: Home, database: psycopg.Connection[Any]) -> None:
        before = (home.path / "demo-sign-ins.json").read_text()
        done = _run(home, "sample", "--members", "900")
        assert done.returncode == 0, done.stderr
        assert "not empty" in done.stdout
        assert database.execute("SELECT count(*) FROM members_member").fetchone() == (MEMBERS,)
        assert (home.path / "demo-sign-ins.json").read_text() == before

    @pytest.mark.slow
    def test_begins_again_where_it_was_killed(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="hx-killed-"))
        home = Home(folder)
        passwords = set()
        try:
            for step in ("| members", "| calls"):
                _kill_at(step, home)
                passwords.add((home.path / "demo-sign-ins.json").read_text())
            done = _run(home, "sample", "--members", str(MEMBERS))
            assert done.returncode == 0, done.stderr
            passwords.add((home.path / "demo-sign-ins.json").read_text())
            with _serving(home) as database:
                assert database.execute("SELECT count(*) FROM members_member").fetchone() == (MEMBERS,)
                assert database.execute("SELECT count(*) FROM org_team").fetchone() == (24,)
        finally:
            _clear(home)
        assert len(passwords) == 1


def _kill_at(step: str, home: Home) -> None:
    command = [sys.executable, "-u", "-m", "hongxian.config", "sample", "--members", "2500"]
    with subprocess.Popen(command, env=_surroundings(home), stdout=subprocess.PIPE, text=True) as filling:
        assert filling.stdout is not None
        assert any(step in line for line in filling.stdout)
        filling.kill()


SHOPS = [people.Shop(1, "SH01", 1, "SH", "上海", 11, 21), people.Shop(2, "HZ01", 2, "HZ", "杭州", 12, 22)]


def _company(moment: datetime, size: int = 400) -> tuple[places.Company, times.Calendar]:
    calendar = times.Calendar.up_to(moment)
    rng = Random(7)
    maker = people.Maker(rng, SHOPS, calendar.today)
    members = [maker.draw() for _ in range(size)]
    for number, member in enumerate(members, 1):
        member.member_id = number
    consultants = [
        staff.Consultant(
            number, 1 + number % 2, 1 + number % 2, 1 + number % 4, rank_floor("CBA"[number % 3]), {"store": 20, "city": 50}, 200,
            [day for day in range(calendar.first, calendar.last + 1) if times.works_on(number, day)],
        )
        for number in range(1, 13)
    ]  # fmt: skip
    return places.settle(members, consultants, calendar, rng, lambda _share: None), calendar


class TestAtAnyHour:
    @pytest.mark.parametrize("moment", ["00:00", "08:59", "09:05", "09:30", "12:00", "20:59", "21:30", "23:59"])
    def test_nothing_lies_in_the_future(self, moment: str) -> None:
        now = datetime.fromisoformat(f"2026-03-04T{moment}:00+08:00")
        company, calendar = _company(now)
        episodes = [episode for each in company.placed for episode in each.member.episodes]
        assert episodes
        for episode in episodes:
            assert episode.begun < calendar.now
            assert episode.ended < calendar.now
            assert all(episode.begun < call.at < calendar.now for call in episode.calls)

    def test_today_has_calls_once_it_has_begun(self) -> None:
        company, calendar = _company(datetime.fromisoformat("2026-03-04T11:00:00+08:00"))
        days = Counter(
            times.day_at(call.at) for each in company.placed for episode in each.member.episodes for call in episode.calls
        )
        assert days[calendar.today] > 0

    def test_the_same_seed_makes_the_same_people(self) -> None:
        moment = datetime.fromisoformat("2026-03-04T11:00:00+08:00")
        names = [[each.member.name for each in _company(moment)[0].placed] for _ in range(2)]
        assert names[0] == names[1]


class TestPeople:
    def test_numbers_are_well_formed_and_each_is_drawn_once(self) -> None:
        maker = people.Maker(Random(1), SHOPS, 20_000)
        numbers = [maker.draw().number for _ in range(3000)]
        assert len(set(numbers)) == 3000
        assert all(number.startswith(("+86145", "+86147")) and len(number) == 14 for number in numbers)
