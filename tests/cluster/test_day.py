"""A day on a cluster with the company's own processes over real HTTP: a consultant's pages and doings, a member's, the log, the audit."""

from __future__ import annotations

import http.client
import re
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings

from hongxian.audit import verifying
from hongxian.cli import checking, processes
from hongxian.cli import company as installation
from hongxian.cli.sealer import signing_keys
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.portal import door
from tests import cast as casting
from tests.cast import Cast, Someone, now, rows
from tests.conftest import signed_in_as
from tests.journeys import browsing as crawling
from tests.server import free_port
from tests.visitors import open_visit

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("company")

PATIENCE = 120
WENT_ON = {302, 303}
ROLES = ("lan", "chen", "zheng", "operations", "privacy_officer", "fraud_desk", "auditor", "trainer")


@dataclass(slots=True)
class Browser:
    """Cookies and a port; forms carry the token of the same name's cookie."""

    port: int
    cookies: dict[str, str]
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where to, and the page."""
        cookies = {**self.cookies, "hongxian_desk_csrf": self.csrf, "hongxian_portal_csrf": self.csrf}
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items()), "Accept-Language": "zh-hans"}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({**form, "csrfmiddlewaretoken": self.csrf})
        line = http.client.HTTPConnection("localhost", self.port, timeout=60)
        try:
            line.request("GET" if form is None else "POST", path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers.get("Location") or "", answer.read().decode()
        finally:
            line.close()


@contextmanager
def serving(process: str, setting: str, ready: str) -> Iterator[int]:
    """A web process on a free port, once it answers that all is well."""
    port = free_port()
    with processes.running(process, {setting: str(port)}):
        eventually(lambda: Browser(port, {}).ask(ready)[0] == 200)
        yield port


def eventually(holds: object) -> None:
    """Waits until it holds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert callable(holds)
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def people(company: None) -> Cast:
    return Cast()


@pytest.fixture(scope="module")
def members(people: Cast) -> list[Someone]:
    """Four in Lan's hands and six in the store's pool."""
    return [*(people.member(held_by=people.lan) for _ in range(4)), *(people.member(pooled=True) for _ in range(6))]


@pytest.fixture(scope="module")
def portal(members: list[Someone]) -> Iterator[int]:
    with serving("portal", "HONGXIAN_PORTAL_PORT", "/health/live") as port:
        yield port


@pytest.fixture(scope="module")
def desk(members: list[Someone]) -> Iterator[int]:
    with processes.running("worker"), processes.running("dialer"), serving("desk", "HONGXIAN_PORT", "/health/ready") as port:
        yield port


@pytest.fixture(scope="module")
def lan(people: Cast, desk: int) -> Browser:
    with signed_in_as("desk"):
        session = people.lan.browser().cookies[settings.SESSION_COOKIE_NAME].value
    return Browser(desk, {"hongxian_desk": session})


def _place(someone: Someone) -> str:
    return f"/desk/member/{someone.city_id}/{someone.member_id}/"


class TestConsultant:
    def test_sees_the_pages(self, lan: Browser) -> None:
        assert {page: lan.ask(page)[0] for page in ("/desk/", "/desk/texts/")} == {"/desk/": 200, "/desk/texts/": 200}
        assert lan.ask("/desk/pools/")[0] in WENT_ON | {200}

    def test_claims(self, lan: Browser, people: Cast) -> None:
        held = len(rows("SELECT 1 FROM pools_holding WHERE city_id = %(city)s", city=people.city_id))
        status, where, page = lan.ask("/desk/claim/", {"pool": str(people.east_pool), "n": "3"})
        assert (status in WENT_ON, page) == (True, "")
        assert len(rows("SELECT 1 FROM pools_holding WHERE city_id = %(city)s", city=people.city_id)) == held + 3
        assert lan.ask(where)[0] == 200

    def test_sees_a_member_and_their_number(self, lan: Browser, members: list[Someone]) -> None:
        status, _, page = lan.ask(_place(members[0]))
        assert (status, members[0].alias in page, members[0].number[3:] in page) == (200, True, False)
        status, _, page = lan.ask(f"{_place(members[0])}number/", {})
        assert status in {200, 403}  # the gate gives no number at night
        assert (members[0].number[3:] in re.sub(r"[^0-9]", "", page)) is (status == 200)

    def test_notes_and_files(self, lan: Browser, members: list[Someone]) -> None:
        assert lan.ask(f"{_place(members[0])}note/", {"note": "周末方便"})[0] in WENT_ON
        assert "周末方便" in lan.ask(_place(members[0]))[2]
        at = (now().astimezone(COMPANY_ZONE) + timedelta(days=1)).strftime("%Y-%m-%dT14:00")
        form = {"outcome": "call_back", "request_key": str(uuid4()), "note": "", "minutes": "3", "at": at}
        assert lan.ask(f"{_place(members[0])}outcome/", form)[0] in WENT_ON
        assert lan.ask(f"{_place(members[0])}outcome/", form)[0] in WENT_ON  # once more with the same key is filed once
        assert rows("SELECT outcome FROM outreach_call WHERE member_id = %(m)s", m=members[0].member_id) == [("call_back",)]

    def test_files_a_no(self, lan: Browser, members: list[Someone]) -> None:
        assert lan.ask(f"{_place(members[1])}refuse/", {"reason": "refused"})[0] in WENT_ON
        assert lan.ask(f"{_place(members[1])}number/", {})[0] in {403, 404}
        said = "SELECT count(*) FROM consent_suppression WHERE number_hash = ANY (%(hashes)s)"
        assert rows(said, hashes=members[1].hashes) != [(0,)]

    def test_releases(self, lan: Browser, members: list[Someone]) -> None:
        assert lan.ask(f"{_place(members[2])}release/", {"reason": "not_now"})[0] in WENT_ON
        assert rows("SELECT staff_id FROM pools_holding WHERE member_id = %(m)s", m=members[2].member_id) == []


class TestMember:
    @pytest.mark.parametrize("page", ["/me/", "/consents/", "/looks/", "/texts/", "/requests/", "/letters/", "/me/copy.json"])
    def test_sees_their_pages(self, portal: int, members: list[Someone], page: str) -> None:
        assert Browser(portal, {door.COOKIE: open_visit(members[0])}).ask(page)[0] == 200

    def test_says_no(self, portal: int, members: list[Someone]) -> None:
        assert Browser(portal, {door.COOKIE: open_visit(members[3])}).ask("/stop/", {})[0] in WENT_ON
        said = "SELECT count(*) FROM consent_suppression WHERE number_hash = ANY (%(hashes)s)"
        assert rows(said, hashes=members[3].hashes) != [(0,)]


class TestEverybody:
    @pytest.mark.parametrize("role", ROLES)
    def test_finds_a_page_behind_every_link(self, desk: int, people: Cast, members: list[Someone], role: str) -> None:
        found = crawling.Browser.of(desk, people.people[role]).crawl()
        assert {each.path: each.status for each in found if each.status >= 500} == {}
        assert sum(each.status == 200 for each in found) > 2


class TestAfterwards:
    def test_the_log_is_sealed_and_sound(self, desk: int, members: list[Someone]) -> None:
        """By the worker's own process; and again and again while it seals, because nodes commit one after the other."""
        public = [each.public_key().public_bytes_raw() for each in signing_keys()]
        traces = len(casting.traces(members[0]))
        assert traces > 0
        with installation.site().connect("auditor") as auditor:

            def sealed() -> bool:
                report = verifying.verify(connection=auditor, keys=public, kept=None, now=now())
                assert report.findings == []
                leaves = (
                    "SELECT count(DISTINCT (trace_at, trace_id)) FROM audit_leaf WHERE city_id = %(city)s AND member_id = %(m)s"
                )
                return rows(leaves, city=members[0].city_id, m=members[0].member_id)[0][0] >= traces and report.size > 0

            eventually(sealed)

    def test_every_invariant_holds(self, desk: int, people: Cast) -> None:
        found = checking.check(now=now(), days=3, city_ids=frozenset({people.city_id}))
        assert [(each.name, each.rows) for each in found if each.name != "ledger"] == []
