"""The demo company: what is invented obeys every rule that the system keeps, and being interrupted leaves no half of it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from hongxian.cli.sample import people, places, staff, times
from hongxian.config.home import Home
from hongxian.pools.ranking import rank_floor

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = 600
# Each must find nothing.
INVARIANTS = {
    "somebody who may be contacted is in no place or in two": """
        SELECT member.id FROM members_member AS member
         WHERE (member.state = 'live' AND member.suppressed_at IS NULL AND coalesce(member.contact_until >= :today, false))::int
               <> (EXISTS (SELECT FROM pools_entry AS each WHERE (each.city_id, each.member_id) = (member.city_id, member.id)))::int
                + (EXISTS (SELECT FROM pools_holding AS each WHERE (each.city_id, each.member_id) = (member.city_id, member.id)))::int
                + (EXISTS (SELECT FROM pools_resting AS each WHERE (each.city_id, each.member_id) = (member.city_id, member.id)))::int
    """,
    "a hand counts other than its holdings": """
        SELECT coalesce(hand.staff_id, held.staff_id)
          FROM pools_hand AS hand
          FULL JOIN (SELECT city_id, staff_id, count(*) AS members FROM pools_holding GROUP BY 1, 2) AS held
               ON (held.city_id, held.staff_id) = (hand.city_id, hand.staff_id)
         WHERE hand.held IS DISTINCT FROM coalesce(held.members, 0)
    """,
    "a quota says other than the ledger of its day": """
        SELECT coalesce(quota.staff_id, spent.staff_id)
          FROM pools_quota AS quota
          FULL JOIN (SELECT city_id, staff_id, day, kind, sum(charged) AS used FROM pools_ledger GROUP BY 1, 2, 3, 4
                     HAVING sum(charged) > 0) AS spent
               ON (spent.city_id, spent.staff_id, spent.day, spent.kind) = (quota.city_id, quota.staff_id, quota.day, quota.kind)
         WHERE quota.used IS DISTINCT FROM coalesce(spent.used, 0)
    """,
    "a tally counts other than the calls": """
        WITH counted AS (
            SELECT call.city_id, call.staff_id, span, date_trunc(span, call.at, 'Asia/Shanghai') AS begins, call.store_id, call.team_id,
                   count(*) AS calls,
                   count(*) FILTER (WHERE outcome NOT IN ('no_answer', 'busy', 'invalid')) AS connects,
                   count(*) FILTER (WHERE outcome = 'no_answer') AS no_answers,
                   count(*) FILTER (WHERE outcome = 'interested') AS interested,
                   count(*) FILTER (WHERE outcome = 'visit') AS visits,
                   count(*) FILTER (WHERE outcome IN ('refused', 'married')) AS refusals
              FROM outreach_call AS call, (VALUES ('hour'), ('day')) AS spans (span)
             GROUP BY 1, 2, 3, 4, 5, 6
        )
        SELECT coalesce(tally.staff_id, counted.staff_id)
          FROM outreach_tally AS tally FULL JOIN counted
               ON (counted.city_id, counted.staff_id, counted.span, counted.begins, counted.store_id, counted.team_id)
                = (tally.city_id, tally.staff_id, tally.span, tally.begins, tally.store_id, tally.team_id)
         WHERE (tally.calls, tally.connects, tally.no_answers, tally.interested, tally.visits, tally.refusals)
               IS DISTINCT FROM
               (counted.calls, counted.connects, counted.no_answers, counted.interested, counted.visits, counted.refusals)
    """,
    "a ground without its holding, or a holding without its ground": """
        SELECT 1 FROM vault_ground AS ground FULL JOIN pools_holding AS holding
               ON (holding.city_id, holding.member_id, holding.staff_id, holding.held_until)
                = (ground.city_id, ground.member_id, ground.staff_id, ground.until) AND ground.kind = 'claim'
         WHERE ground.member_id IS NULL OR holding.member_id IS NULL
    """,
    "a suppressed member in a pool, a hand or a rest": """
        SELECT place.member_id
          FROM (SELECT city_id, member_id FROM pools_entry UNION ALL SELECT city_id, member_id FROM pools_holding
                UNION ALL SELECT city_id, member_id FROM pools_resting) AS place
          JOIN members_member AS member ON (member.city_id, member.id) = (place.city_id, place.member_id)
         WHERE member.suppressed_at IS NOT NULL
            OR EXISTS (SELECT FROM consent_suppression AS no WHERE no.number_hash = ANY (member.number_hashes))
    """,
    "a no without its mark, or a mark without its no": """
        SELECT member.id FROM members_member AS member
         WHERE (member.suppressed_at IS NOT NULL)
               <> EXISTS (SELECT FROM consent_suppression AS no WHERE no.number_hash = ANY (member.number_hashes))
    """,
    "a married member who is not suppressed": "SELECT id FROM members_member WHERE marital = 'married' AND suppressed_at IS NULL",
    "a refusal on the phone that nobody heeded": """
        SELECT call.member_id FROM outreach_call AS call
          JOIN members_member AS member ON (member.city_id, member.id) = (call.city_id, call.member_id)
         WHERE call.outcome IN ('refused', 'married') AND member.suppressed_at IS DISTINCT FROM call.at
    """,
    "contacts other than the calls": """
        SELECT member.id FROM members_member AS member
          LEFT JOIN (SELECT city_id, member_id, count(*) AS calls, max(at) AS last FROM outreach_call GROUP BY 1, 2) AS made
               ON (made.city_id, made.member_id) = (member.city_id, member.id)
         WHERE member.contacts <> coalesce(made.calls, 0) OR member.last_contact_at IS DISTINCT FROM made.last
    """,
    "a number that does not lead to its record": """
        SELECT member.id FROM members_member AS member
         WHERE cardinality(member.number_hashes) = 0
            OR (SELECT count(*) FROM members_number AS number
                 WHERE number.number_hash = ANY (member.number_hashes) AND (number.city_id, number.member_id) = (member.city_id, member.id))
               <> cardinality(member.number_hashes)
    """,
    "more than three calls within 30 days": """
        SELECT member_id FROM (SELECT member_id, at, lag(at, 3) OVER (PARTITION BY city_id, member_id ORDER BY at) AS third
                                 FROM outreach_call) AS each WHERE third > at - interval '30 days'
    """,
    "a call outside calling hours or in the future": """
        SELECT member_id FROM outreach_call
         WHERE extract(hour FROM at AT TIME ZONE 'Asia/Shanghai') NOT BETWEEN 9 AND 20 OR at > now()
    """,
    "a call without the permit used for it": """
        SELECT call.member_id FROM outreach_call AS call
          LEFT JOIN vault_permit AS permit ON (permit.city_id, permit.id) = (call.city_id, call.permit_id)
         WHERE permit.id IS NULL OR permit.used_at IS NULL OR (permit.member_id, permit.staff_id) <> (call.member_id, call.staff_id)
            OR permit.used_at > call.at OR permit.used_at NOT BETWEEN permit.issued_at AND permit.latest_at
    """,
    "a call by somebody who did not hold the member": """
        SELECT call.member_id FROM outreach_call AS call
         WHERE NOT EXISTS (SELECT FROM pools_ledger AS begun
                            WHERE (begun.city_id, begun.member_id, begun.staff_id) = (call.city_id, call.member_id, call.staff_id)
                              AND begun.move IN ('claimed', 'dealt', 'reassigned') AND begun.at < call.at
                              AND NOT EXISTS (SELECT FROM pools_ledger AS ended
                                               WHERE (ended.city_id, ended.member_id) = (begun.city_id, begun.member_id)
                                                 AND ended.at > begun.at AND ended.at < call.at))
    """,
    "a holding that the ledger does not end with": """
        SELECT coalesce(holding.member_id, last.member_id) FROM pools_holding AS holding
          FULL JOIN (SELECT * FROM (SELECT DISTINCT ON (city_id, member_id) * FROM pools_ledger ORDER BY city_id, member_id, at DESC) AS each
                      WHERE each.move IN ('claimed', 'dealt', 'reassigned')) AS last
               ON (last.city_id, last.member_id, last.staff_id, last.pool_id, last.move, last.at)
                = (holding.city_id, holding.member_id, holding.staff_id, holding.pool_id, holding.how, holding.held_since)
         WHERE holding.member_id IS NULL OR last.member_id IS NULL
    """,
    "a holding that has run out or lasts too long": """
        SELECT member_id FROM pools_holding WHERE held_until <= now() OR held_until > now() + interval '9 days'
    """,
    "a holding whose last outcome is not the last call's": """
        SELECT holding.member_id FROM pools_holding AS holding
          LEFT JOIN LATERAL (SELECT call.outcome, call.at FROM outreach_call AS call
                              WHERE (call.city_id, call.member_id, call.staff_id) = (holding.city_id, holding.member_id, holding.staff_id)
                                AND call.at >= holding.held_since
                              ORDER BY call.at DESC LIMIT 1) AS last ON true
         WHERE holding.last_outcome <> coalesce(last.outcome, '') OR holding.last_tried_at IS DISTINCT FROM last.at
            OR (holding.call_back_at IS NOT NULL) <> (holding.last_outcome IN ('call_back', 'visit')) OR cardinality(holding.silent_slots) > 2
    """,
    "a member held above the holder's tier, in another city, or of another store's pool": """
        SELECT holding.member_id FROM pools_holding AS holding
          JOIN org_staff AS staff ON staff.id = holding.staff_id
          JOIN org_tierrule AS rule ON rule.tier = staff.tier
          JOIN pools_pool AS pool ON pool.id = holding.pool_id
         WHERE strpos('ABCDE', rule.best_grade) - 1 > holding.rank >> 40 OR staff.city_id <> holding.city_id
            OR pool.city_id <> holding.city_id OR pool.store_id <> staff.store_id
    """,
    "a holder without a training that is valid": """
        SELECT holding.member_id FROM pools_holding AS holding
         WHERE NOT EXISTS (SELECT FROM org_training AS training WHERE training.staff_id = holding.staff_id AND training.valid_until >= :today)
    """,
    "a holder who waits, or whose team mate waits": """
        SELECT holding.member_id FROM pools_holding AS holding
          JOIN org_staff AS staff ON staff.id = holding.staff_id
          JOIN pools_former AS former ON (former.city_id, former.member_id) = (holding.city_id, holding.member_id)
         WHERE former.until > now() AND (former.staff_id = staff.id OR former.team_id = staff.team_id)
    """,
    "an ended holding without its former holder": """
        SELECT ledger.member_id FROM pools_ledger AS ledger
         WHERE ledger.move IN ('released', 'recycled', 'rested', 'refused') AND ledger.at > now() - interval '30 days'
           AND NOT EXISTS (SELECT FROM pools_former AS former
                            WHERE (former.city_id, former.member_id, former.staff_id) = (ledger.city_id, ledger.member_id, ledger.staff_id))
    """,
    "a rest without three silences in different parts of days, or another reason": """
        SELECT resting.member_id FROM pools_resting AS resting
         WHERE resting.until <= now()
            OR (resting.reason = 'no_answer' AND 3 > (
                SELECT count(DISTINCT (call.at AT TIME ZONE 'Asia/Shanghai')::date) FROM outreach_call AS call
                 WHERE (call.city_id, call.member_id) = (resting.city_id, resting.member_id) AND call.outcome = 'no_answer'
                   AND call.at > resting.until - interval '60 days'))
            OR resting.reason NOT IN ('no_answer', 'invalid', 'fraud')
    """,
    "an entry that is not what its member is": """
        SELECT entry.member_id FROM pools_entry AS entry
          JOIN members_member AS member ON (member.city_id, member.id) = (entry.city_id, entry.member_id)
          JOIN pools_pool AS pool ON pool.id = entry.pool_id
         WHERE entry.rank >> 40 <> strpos('ABCDE', member.grade) - 1 OR entry.sex <> member.sex OR entry.district <> member.district
            OR entry.birth_year <> member.birth_year OR entry.height_cm <> coalesce(member.height_cm, 0)
            OR (entry.education = 0) <> (member.education = '') OR (entry.income_band = 0) <> (member.income_band = 'unknown')
            OR pool.city_id <> member.city_id OR pool.store_id <> member.store_id
    """,
    "a yes that the record does not know, or the other way round": """
        SELECT member.id FROM members_member AS member
          LEFT JOIN (SELECT receipt.city_id, receipt.member_id, max(receipt.valid_until) AS until FROM consent_receipt AS receipt
                      WHERE receipt.purpose = 'outreach.call'
                        AND NOT EXISTS (SELECT FROM consent_withdrawal AS back
                                         WHERE (back.city_id, back.member_id, back.purpose) = (receipt.city_id, receipt.member_id, receipt.purpose)
                                           AND back.recorded_at >= receipt.recorded_at)
                      GROUP BY 1, 2) AS yes ON (yes.city_id, yes.member_id) = (member.city_id, member.id)
         WHERE member.contact_until IS DISTINCT FROM yes.until
    """,
    "a call before the person said yes": """
        SELECT call.member_id FROM outreach_call AS call
         WHERE NOT EXISTS (SELECT FROM consent_receipt AS receipt
                            WHERE (receipt.city_id, receipt.member_id) = (call.city_id, call.member_id)
                              AND receipt.purpose = 'outreach.call' AND receipt.recorded_at < call.at)
    """,
    "a member without a sealed number, or a key without its envelope": """
        SELECT member.id FROM members_member AS member
         WHERE NOT EXISTS (SELECT FROM vault_envelope AS envelope
                             JOIN vault_datakey AS key ON (key.city_id, key.envelope_id) = (envelope.city_id, envelope.id)
                            WHERE (envelope.city_id, envelope.member_id) = (member.city_id, member.id) AND envelope.number IS NOT NULL)
    """,
    "somebody too young or too old, or of no city": """
        SELECT id FROM members_member WHERE extract(year FROM now()) - birth_year NOT BETWEEN 19 AND 67 OR home_city = '' OR origin = ''
    """,
    "a store's share that was dealt otherwise": """
        SELECT dealt.store_id FROM pools_dealt AS dealt
         WHERE dealt.members <> (SELECT count(*) FROM pools_ledger AS ledger JOIN pools_pool AS pool ON pool.id = ledger.pool_id
                                  WHERE ledger.move = 'dealt' AND ledger.day = dealt.day AND pool.store_id = dealt.store_id)
    """,
}


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
    deadline = datetime.now(UTC).timestamp() + 30
    while True:
        try:
            return psycopg.connect(
                host=str(home.socket), dbname="hongxian", user="hongxian_owner", password=home.password("owner"), autocommit=True
            )
        except psycopg.OperationalError:
            if datetime.now(UTC).timestamp() > deadline:
                raise


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home with a small company."""
    folder = Path(tempfile.mkdtemp(prefix="hx-sample-"))
    home = Home(folder)
    done = _run(home, "sample", "--members", str(MEMBERS))
    assert done.returncode == 0, done.stderr
    yield home
    shutil.rmtree(folder, ignore_errors=True)


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
        assert database.execute("SELECT action, process, reason FROM audit_trace").fetchall() == [
            ("vault.hash", "worker", f"n={MEMBERS}")
        ]


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
            shutil.rmtree(folder, ignore_errors=True)
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
