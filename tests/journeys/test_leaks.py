"""
Nothing leaks: every page that anybody can reach is read, with its headers, its errors and the logs of all processes.

What may be seen is said here once: the alias and the notes of a held member by the holder, and one number in one answer.
"""

from __future__ import annotations

import random
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings

from hongxian.cli import grants
from hongxian.cli.company import site
from hongxian.vault import noting
from tests import cast as casting
from tests.cast import Cast, Someone
from tests.journeys.browsing import Answer, Browser
from tests.outreach.conftest import zone_at_noon
from tests.owner import owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

ROLES = ("lan", "mei", "chen", "zheng", "liu", "wu", "xu", "operations", "privacy_officer", "fraud_desk", "auditor", "trainer")
# Among the digits of a hash eleven may stand together that look like a number.
HASH = re.compile(r"\b[0-9a-f]{64}\b")
PHONE = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
WORK = ("lan", "mei", "liu", "wu")


@dataclass(frozen=True)
class Stage:
    """A city with members in every place, and another city."""

    cast: Cast
    held: list[Someone]  # by 兰
    others: list[Someone]
    note: str
    run_id: int

    @property
    def everybody(self) -> list[Someone]:
        return self.held + self.others


@pytest.fixture(scope="module")
def stage(company: None) -> Stage:
    cast, elsewhere = Cast(timezone=zone_at_noon()), Cast()
    held = [cast.member(held_by=cast.lan) for _ in range(3)] + [cast.member(held_by=cast.lan, consents=())]
    others = [
        cast.member(held_by=cast.mei),
        cast.member(held_by=cast.wu, west=True),
        cast.member(held_by=cast.lan, state="minor"),
    ]
    others += [cast.member(pooled=True) for _ in range(3)] + [cast.member(pooled=True, west=True), cast.member()]
    others += [elsewhere.member(held_by=elsewhere.lan), elsewhere.member(pooled=True)]
    casting.run("UPDATE pools_entry SET pool_id = %(to)s WHERE member_id = %(id)s", to=cast.city_pool, id=others[3].member_id)
    casting.run("UPDATE members_member SET suppressed_at = now() WHERE id = %(id)s", id=others[7].member_id)
    note = f"喜欢徒步{secrets.token_hex(4)}"
    noting.add_note(by=cast.lan.actor("worker"), city_id=cast.city_id, member_id=held[0].member_id, text=note, now=casting.now())
    run_id = cast.run()
    casting.insert_bare(
        "intake_line",
        city_id=cast.city_id,
        run_id=run_id,
        row_no=2,
        label="A-17",
        result="accepted",
        reason="",
        merged_into="",
        member_id=held[0].member_id,
        consent=True,
        suppressed=False,
        warnings="[]",
    )
    return Stage(cast, held, others, note, run_id)


@pytest.fixture(scope="module")
def crawled(desk_port: int, stage: Stage) -> dict[str, list[Answer]]:
    """Everything that everybody can reach, read once."""
    return {who: Browser.of(desk_port, stage.cast.people[who]).crawl() for who in ROLES} | {"nobody": Browser(desk_port).crawl()}


def leaks(text: str, people: Iterable[Someone]) -> set[str]:
    return {secret for someone in people for secret in someone.secrets if secret in text}


def logs() -> str:
    return "".join(file.read_text(encoding="utf-8", errors="replace") for file in settings.HOME.logs.rglob("*") if file.is_file())


@pytest.mark.timeout(600)  # every page that there is, for everybody
class TestPages:
    def test_are_reached(self, crawled: dict[str, list[Answer]]) -> None:
        """A crawl that stands at the door proves nothing."""
        least = {"lan": 9, "chen": 6, "zheng": 14, "privacy_officer": 3, "auditor": 3, "operations": 2, "nobody": 1}
        reached = {who: {answer.path for answer in crawled[who] if answer.status == 200} for who in least}
        assert {who: len(paths) for who, paths in reached.items() if len(paths) < least[who]} == {}

    def test_all_answer(self, crawled: dict[str, list[Answer]]) -> None:
        wrong = [
            (who, each.path, each.status) for who, every in crawled.items() for each in every if each.status not in {200, 302}
        ]
        assert [each for each in wrong if each[2] != 405] == []

    @pytest.mark.parametrize("who", [*ROLES, "nobody"])
    def test_show_nothing_that_is_sealed(self, crawled: dict[str, list[Answer]], stage: Stage, who: str) -> None:
        for answer in crawled[who]:
            assert leaks(answer.everything, stage.everybody) == set(), answer.path
            assert not PHONE.search(HASH.sub("", answer.body)), answer.path

    @pytest.mark.parametrize("who", [*ROLES, "nobody"])
    def test_show_aliases_and_notes_to_the_holder_alone(self, crawled: dict[str, list[Answer]], stage: Stage, who: str) -> None:
        text = "".join(answer.everything for answer in crawled[who])
        shown = {each.alias for each in stage.everybody if each.alias in text}
        mine = {"lan": {each.alias for each in stage.held[:3]}, "mei": {stage.others[0].alias}, "wu": {stage.others[1].alias}}
        assert shown == mine.get(who, set())
        assert (stage.note in text) == (who == "lan")

    def test_stay_in_no_cache(self, crawled: dict[str, list[Answer]]) -> None:
        assert [each.path for every in crawled.values() for each in every if "no-store" not in each.headers] == []

    def test_name_only_members_that_the_traces_name(self, desk_port: int, stage: Stage, crawled: dict[str, list[Answer]]) -> None:
        """Each page alone, so that no trace stands in for another's page; lists have one trace with all ids."""
        for who in ("lan", "mei", "chen", "zheng", "wu", "xu", "privacy_officer", "operations"):
            person, browser = stage.cast.people[who], Browser.of(desk_port, stage.cast.people[who])
            for path in [answer.path for answer in crawled[who] if answer.status == 200]:
                since = casting.now()
                answer = browser.get(path)
                named, traced = ids_in(answer.body, stage.cast), traced_ids(person.staff_id, since)
                if path.endswith(
                    ("/refuse/", "/centre/")
                ):  # nothing of hers is on it (no visit, no contract): the id is what was asked with
                    continue
                assert named <= traced, (who, path)

    def test_are_traced_with_purpose_and_ground(self, crawled: dict[str, list[Answer]], stage: Stage) -> None:
        found = casting.rows(
            "SELECT DISTINCT action, purpose, ground FROM audit_trace WHERE staff_id = ANY (%(ids)s) AND outcome = 'allowed'"
            " AND cardinality(member_ids) > 0",
            ids=[stage.cast.people[who].staff_id for who in ROLES],
        )
        assert {action for action, *_ in found} >= {"member.list", "member.view", "member.card", "member.library", "pools.list"}
        assert [each for each in found if not each[1] or not each[2]] == []


def ids_in(body: str, cast: Cast) -> set[int]:
    """Every member that a page names, in links, forms or as a resource number."""
    known = {member_id for (member_id,) in casting.rows("SELECT id FROM members_member")}
    found = {int(number) for number in re.findall(rf"{cast.code}(\d{{9}})\b", body)}
    found |= {int(number) for number in re.findall(r"/desk/members?/\d+/(\d+)/", body)}
    found |= {int(number) for number in re.findall(r'name="member"[^>]*value="(\d+)"', body)}
    return found & known


def traced_ids(staff_id: int, since: datetime) -> set[int]:
    query = "SELECT unnest(member_ids) FROM audit_trace WHERE staff_id = %(id)s AND at >= %(since)s AND outcome = 'allowed'"
    return {member_id for (member_id,) in casting.rows(query, id=staff_id, since=since)}


class TestParameters:
    """Sorting, filtering and searching by what is sealed finds nothing, and does not even look different."""

    NAMES = ("q", "search", "sort", "order", "order_by", "filter", "name", "number", "phone", "wechat", "birth", "district", "label",
             "after", "below", "place", "result", "open", "fields", "include", "page", "grade", "sex", "education_from")  # fmt: skip
    PAGES = {
        "lan": ("/desk/", "/desk/list/", "/desk/pools/{pool}/", "/desk/member/{city}/{member}/"),
        "zheng": ("/desk/members/", "/desk/members/counts/", "/desk/imports/{run}/", "/desk/team/", "/desk/store/"),
    }

    @pytest.mark.parametrize("who", PAGES)
    def test_reveal_nothing(self, desk_port: int, stage: Stage, who: str) -> None:
        browser = Browser.of(desk_port, stage.cast.people[who])
        target = stage.others[3]
        made_up = (f"19{random.randint(0, 10**9 - 1):09d}", "司马无名", "wx_0000000000", "1901-01-01")
        real = (target.number[3:], target.name, target.wechat, target.birth.split("~")[0])
        for page in self.PAGES[who]:
            path = page.format(
                pool=stage.cast.city_pool, city=stage.cast.city_id, member=stage.held[0].member_id, run=stage.run_id
            )
            for theirs, nobodys in zip(real, made_up, strict=True):
                looks = [browser.get(f"{path}?{urlencode(dict.fromkeys(self.NAMES, value))}") for value in (theirs, nobodys)]
                assert looks[0].status == looks[1].status
                for answer in looks:
                    assert leaks(answer.everything, set(stage.everybody) - {target}) <= {theirs}, "beside its echo"
                mains = [strip(answer.main, value) for answer, value in zip(looks, (theirs, nobodys), strict=True)]
                assert mains[0] == mains[1], path

    @pytest.mark.parametrize(
        "order", ["number", "-name", "vault_envelope.name", "1; SELECT name FROM vault_envelope", "(SELECT 1)"]
    )
    def test_do_not_change_the_order(self, desk_port: int, stage: Stage, order: str) -> None:
        browser = Browser.of(desk_port, stage.cast.zheng)
        plain = ids_in_order(browser.get("/desk/members/"))
        for name in ("sort", "order", "order_by", "o"):
            assert ids_in_order(browser.get(f"/desk/members/?{name}={quote(order)}")) == plain


def strip(text: str, value: str) -> str:
    """Without the echo of what was asked."""
    for spelled in (value, quote(value), quote(quote(value))):
        text = text.replace(spelled, "")
    return re.sub(
        r"\d{4}-\d\d-\d\dT[\d:.+]+|\d\d:\d\d(:\d\d)?|data-\w+-at=\"[^\"]*\"|min=\"[^\"]*\"|value=\"20[^\"]*\"", "", text
    )


def ids_in_order(answer: Answer) -> list[str]:
    return re.findall(r"/desk/members/\d+/(\d+)/refuse/", answer.body)


BAD_PATHS = (
    "/desk/member/0/0/",
    "/desk/member/{city}/{member}'--/",
    "/desk/member/{city}/99999999999999999999999999/",
    "/desk/member/-1/-1/",
    "/desk/pools/999999999999999999999999/",
    "/desk/pools/1/?after=99999999999999999999-1&height_from=1e9&born_from=x&sex=%00&grade=%27%20OR%201=1",
    "/desk/members/?place=nowhere",
    "/desk/members/?below=99999999999999999999999",
    "/desk/members/?place=%00",
    "/desk/imports/1/?after=99999999999999999999&result=%27",
    "/desk/imports/99999999999999999999/report.csv",
    "/desk/team/99999999999999999999/",
    "/desk/next/?after=99999999999999999999999",
    "/desk/list/?open=%E2%91%A0",
    "/desk/%ff%fe/",
    "/desk/../../etc/passwd",
    "/login/?next=//evil.example",
    "/?" + "x" * 3000,
)
BAD_FORMS = (
    (
        "/desk/member/{city}/{member}/outcome/",
        {"outcome": "'; DROP TABLE members_member; --", "request_key": "x", "note": "\x00"},
    ),
    ("/desk/member/{city}/{member}/note/", {"note": "\x00"}),
    ("/desk/member/{city}/{member}/release/", {"reason": "' OR 1=1"}),
    ("/desk/claim/", {"pool": "9" * 30, "n": "-1"}),
    ("/desk/pools/{pool}/claim/", {"member": "9" * 30}),
    ("/desk/pools/{pool}/claim/", {"member": "\x00"}),
    ("/desk/gate/", {"number": "\x00", "channel": "call"}),
    ("/desk/gate/", {"number": "13800138000' OR '1'='1", "channel": "call"}),
    ("/desk/team/1/reassign/", {"member": "9" * 30, "to": "9" * 30}),
    ("/desk/imports/", {"as_of": "\x00"}),
    ("/login/", {"username": "\x00", "password": "\x00"}),
    ("/language/", {"language": "\x00", "next": "//evil.example"}),
)


class TestErrors:
    @pytest.mark.parametrize("who", ["lan", "chen", "zheng", "privacy_officer"])
    def test_are_answers_without_a_word_of_anybody(self, desk_port: int, stage: Stage, who: str) -> None:
        browser = Browser.of(desk_port, stage.cast.people[who])
        browser.get("/desk/training/")  # for the form's token
        names = {"city": stage.cast.city_id, "member": stage.held[0].member_id, "pool": stage.cast.east_pool}
        answers = [browser.get(path.format(**names)) for path in BAD_PATHS]
        answers += [browser.post(path.format(**names), form) for path, form in BAD_FORMS]
        assert [(answer.path, answer.status) for answer in answers if answer.status >= 500] == []
        for answer in answers:
            assert leaks(answer.everything, stage.everybody) == set(), answer.path
            assert "Traceback" not in answer.body
            assert "psycopg" not in answer.body
            assert "//evil.example" not in answer.headers

    def test_lead_nobody_elsewhere(self, desk_port: int) -> None:
        browser = Browser(desk_port)
        browser.get("/login/")
        answer = browser.post("/language/", {"language": "en", "next": "https://evil.example/"})
        assert "evil" not in answer.headers


class TestNumber:
    def test_is_in_one_answer_and_nowhere_after(self, desk_port: int, stage: Stage) -> None:
        member, browser = stage.held[1], Browser.of(desk_port, stage.cast.lan)
        page = f"/desk/member/{member.city_id}/{member.member_id}/"
        browser.get(page)
        shown = browser.post(page + "number/", {})
        assert shown.status == 200
        assert member.number.removeprefix("+86") in shown.body.replace(" ", "")
        assert "no-store" in shown.headers
        assert leaks(shown.everything, [member]) <= set(member.secrets[:3]), "the number and nothing else"
        assert leaks(browser.get(page).everything, [member]) == set()
        assert leaks(shown.headers, [member]) == set()

    def test_of_somebody_else_is_not_shown(self, desk_port: int, stage: Stage) -> None:
        for who in WORK[1:]:
            browser = Browser.of(desk_port, stage.cast.people[who])
            browser.get("/desk/training/")
            answer = browser.post(f"/desk/member/{stage.cast.city_id}/{stage.held[1].member_id}/number/", {})
            assert answer.status == 404
            assert leaks(answer.everything, stage.everybody) == set()


MEMBER_PAGES = (
    ("lan", "/desk/"),
    ("lan", "/desk/list/"),
    ("lan", "/desk/member/{city}/{member}/"),
    ("lan", "/desk/pools/{pool}/"),
    ("chen", "/desk/team/{staff}/"),
    ("zheng", "/desk/members/"),
    ("zheng", "/desk/imports/{run}/"),
    ("zheng", "/desk/imports/{run}/report.csv"),
    ("zheng", "/desk/imports/{run}/report.xlsx"),
)


@contextmanager
def without_traces() -> Iterator[None]:
    """Nobody at the desk can add to the record meanwhile."""
    casting.run("REVOKE INSERT ON audit_trace FROM hongxian_desk")
    try:
        yield
    finally:
        with owner().transaction():
            grants.apply(owner(), site())


class TestWithoutTraces:
    @pytest.mark.parametrize(("who", "page"), MEMBER_PAGES)
    def test_every_page_with_members_fails_and_shows_nobody(self, desk_port: int, stage: Stage, who: str, page: str) -> None:
        cast, browser = stage.cast, Browser.of(desk_port, stage.cast.people[who])
        path = page.format(
            city=cast.city_id, member=stage.held[0].member_id, pool=cast.east_pool, run=stage.run_id, staff=cast.lan.staff_id
        )
        assert browser.get(path).status == 200
        with without_traces():
            answer = browser.get(path)
        assert answer.status == 500
        assert ids_in(answer.body, cast) == set()
        assert not [each for each in stage.everybody if each.alias in answer.body]
        assert leaks(answer.everything, stage.everybody) == set()
        assert browser.get(path).status == 200

    def test_no_number_is_shown(self, desk_port: int, stage: Stage) -> None:
        member, browser = stage.held[2], Browser.of(desk_port, stage.cast.lan)
        browser.get("/desk/training/")
        with without_traces():
            answer = browser.post(f"/desk/member/{member.city_id}/{member.member_id}/number/", {})
        assert answer.status == 500
        assert leaks(answer.everything, stage.everybody) == set()


class TestLogs:
    def test_of_all_processes_name_nobody(self, crawled: dict[str, list[Answer]], stage: Stage) -> None:
        """Read last: after all the pages, errors and failures of this file."""
        written = logs()
        assert leaks(written, stage.everybody) == set()
        assert not {each.alias for each in stage.everybody if each.alias in written}
        assert stage.note not in written
        assert not PHONE.search(written)
