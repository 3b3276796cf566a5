"""
Who gets which answer at every address of the desk.

A new address needs a line in TABLE for each method that it answers, or a test fails. To add one: write its route as it
stands in desk/urls.py, the method, and an answer for each of WHO, in that order; what belongs into a form stands in FORMS.
POSTs here are incomplete on purpose (422): who may not come in is told so before anybody looks at the form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests import cast as casting
from tests.campaigns import refused_campaign
from tests.cast import Cast, Someone
from tests.conftest import signed_in_as
from tests.contracts import pages, privacy_office, texting_pages
from tests.exports import refused_export
from tests.outreach.conftest import zone_at_noon
from tests.outreach.messages import pause_of
from tests.suspicions import open_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

# Nobody, somebody who has left, a consultant without training and one whose store's agreement is over, then the cast:
# 兰 holds the member; 梅 is her team mate; 陈 manages their team, 郑 their store; 吴 and 许 are another store's.
WHO = (
    *("nobody", "gone", "untrained", "expired", "lan", "mei", "chen", "zheng", "wu", "xu"),
    *("operations", "privacy_officer", "fraud_desk", "auditor", "trainer"),
)
MEMBER = "desk/member/<int:city_id>/<int:member_id>/"
RUN = "desk/imports/<int:run_id>/"
PURPOSE = "desk/catalogue/<str:purpose>/"
CASE = "desk/cases/<int:city_id>/<int:case_id>/"
EXPORT = "desk/exports/<int:city_id>/<int:export_id>/"
CAMPAIGN = "desk/campaigns/<int:city_id>/<int:campaign_id>/"
#                                    no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
TABLE = {
    ("", "GET"):                    "302  302  302  302  302  302  302  302  302  302  302  302  302  302  302",
    ("login/", "GET"):              "200  200  200  200  200  200  200  200  200  200  200  200  200  200  200",
    ("login/", "POST"):             "200  200  200  200  200  200  200  200  200  200  200  200  200  200  200",
    ("logout/", "POST"):            "302  302  302  302  302  302  302  302  302  302  302  302  302  302  302",
    ("language/", "POST"):          "302  302  302  302  302  302  302  302  302  302  302  302  302  302  302",
    ("health/live", "GET"):         "200  200  200  200  200  200  200  200  200  200  200  200  200  200  200",
    ("health/ready", "GET"):        "200  200  200  200  200  200  200  200  200  200  200  200  200  200  200",
    ("desk/training/", "GET"):      "302  302  200  200  200  200  200  200  200  200  200  200  200  200  200",
    ("desk/training/", "POST"):     "302  302  422  422  422  422  422  422  422  422  422  422  422  422  422",
    ("desk/", "GET"):               "302  302  302  403  200  200  403  403  200  403  403  403  403  403  403",
    ("desk/list/", "GET"):          "302  302  302  403  200  200  403  403  200  403  403  403  403  403  403",
    ("desk/claim/", "POST"):        "302  302  302  403  422  422  403  403  422  403  403  403  403  403  403",
    ("desk/next/", "GET"):          "302  302  302  403  302  302  403  403  302  403  403  403  403  403  403",
    (MEMBER, "GET"):                "302  302  302  403  200  404  403  403  404  403  403  403  403  403  403",
    (MEMBER + "outcome/", "POST"):  "302  302  302  403  422  404  403  403  404  403  403  403  403  403  403",
    (MEMBER + "number/", "POST"):   "302  302  302  403  200  404  403  403  404  403  403  403  403  403  403",
    (MEMBER + "note/", "POST"):     "302  302  302  403  422  404  403  403  404  403  403  403  403  403  403",
    (MEMBER + "release/", "POST"):  "302  302  302  403  422  404  403  403  404  403  403  403  403  403  403",
    (MEMBER + "report/", "POST"):   "302  302  302  403  422  404  422  422  404  404  403  403  403  403  403",
    (MEMBER + "refuse/", "POST"):   "302  302  302  403  422  422  422  422  422  422  403  422  403  403  403",
    ("desk/pools/", "GET"):         "302  302  302  403  302  302  302  302  302  302  403  403  403  403  403",
    ("desk/pools/<int:pool_id>/", "GET"):
                                    "302  302  302  403  200  200  200  200  200  200  403  403  403  403  403",
    ("desk/pools/<int:pool_id>/claim/", "POST"):
                                    "302  302  302  403  422  422  403  403  422  403  403  403  403  403  403",
    ("desk/team/", "GET"):          "302  302  403  403  403  403  200  200  403  200  403  403  403  403  403",
    ("desk/team/<int:staff_id>/", "GET"):
                                    "302  302  403  403  403  403  200  200  403  404  403  403  403  403  403",
    ("desk/team/<int:staff_id>/reassign/", "POST"):
                                    "302  302  403  403  403  403  422  422  403  404  403  403  403  403  403",
    ("desk/pauses/", "GET"):        "302  302  403  403  403  403  200  200  403  200  403  403  403  403  403",
    ("desk/pauses/", "POST"):       "302  302  403  403  403  403  422  422  403  422  403  403  403  403  403",
    ("desk/pauses/<int:pause_id>/end/", "POST"):
                                    "302  302  403  403  403  403  422  422  403  422  403  403  403  403  403",
    ("desk/texts/statistics/", "GET"):
                                    "302  302  403  403  403  403  200  200  403  200  200  403  403  403  403",
    ("desk/texts/statistics.xlsx", "GET"):
                                    "302  302  403  403  403  403  200  200  403  200  200  403  403  403  403",
    ("desk/store/", "GET"):         "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/store/deal/", "POST"):   "302  302  403  403  403  403  403  303  403  303  403  403  403  403  403",
    ("desk/imports/", "GET"):       "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/imports/", "POST"):      "302  302  403  403  403  403  403  422  403  422  403  403  403  403  403",
    (RUN, "GET"):                   "302  302  403  403  403  403  403  200  403  404  403  403  403  403  403",
    (RUN + "mapping/", "GET"):      "302  302  403  403  403  403  403  200  403  404  403  403  403  403  403",
    (RUN + "mapping/", "POST"):     "302  302  403  403  403  403  403  422  403  404  403  403  403  403  403",
    (RUN + "again/", "POST"):       "302  302  403  403  403  403  403  409  403  404  403  403  403  403  403",
    (RUN + "report.csv", "GET"):    "302  302  403  403  403  403  403  200  403  404  403  403  403  403  403",
    (RUN + "report.xlsx", "GET"):   "302  302  403  403  403  403  403  200  403  404  403  403  403  403  403",
    ("desk/members/", "GET"):       "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/members/counts/", "GET"):
                                    "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/members/<int:city_id>/<int:member_id>/refuse/", "GET"):
                                    "302  302  302  403  200  200  200  200  200  200  403  200  403  403  403",
    ("desk/members/<int:city_id>/<int:member_id>/refuse/", "POST"):
                                    "302  302  302  403  422  422  422  422  422  422  403  422  403  403  403",
    ("desk/exports/", "GET"):       "302  302  403  403  403  403  403  200  403  200  403  403  403  403  403",
    ("desk/exports/", "POST"):      "302  302  403  403  403  403  403  422  403  422  403  403  403  403  403",
    ("desk/exports/waiting/", "GET"):
                                    "302  302  403  403  403  403  403  403  403  403  403  200  403  403  403",
    (EXPORT + "fetch/", "POST"):    "302  302  403  403  403  403  403  403  403  404  403  403  403  403  403",
    (EXPORT + "approve/", "POST"):  "302  302  403  403  403  403  403  403  403  403  403  409  403  403  403",
    (EXPORT + "refuse/", "POST"):   "302  302  403  403  403  403  403  403  403  403  403  422  403  403  403",
    ("desk/campaigns/", "GET"):     "302  302  403  403  403  403  200  200  403  200  200  403  403  403  403",
    ("desk/campaigns/new/", "GET"): "302  302  403  403  403  403  200  200  403  200  403  403  403  403  403",
    ("desk/campaigns/new/", "POST"):
                                    "302  302  403  403  403  403  422  422  403  422  403  403  403  403  403",
    (CAMPAIGN, "GET"):              "302  302  403  403  403  403  200  200  403  404  200  403  403  403  403",
    (CAMPAIGN + "approve/", "POST"):
                                    "302  302  403  403  403  403  403  409  403  404  403  403  403  403  403",
    (CAMPAIGN + "refuse/", "POST"): "302  302  403  403  403  403  403  422  403  404  422  403  403  403  403",
    (CAMPAIGN + "pause/", "POST"):  "302  302  403  403  403  403  409  409  403  404  409  403  403  403  403",
    (CAMPAIGN + "resume/", "POST"): "302  302  403  403  403  403  403  409  403  404  409  403  403  403  403",
    (CAMPAIGN + "stop/", "POST"):   "302  302  403  403  403  403  409  409  403  404  409  403  403  403  403",
    ("desk/cases/", "GET"):         "302  302  403  403  403  403  403  403  403  403  403  403  200  403  403",
    (CASE, "GET"):                  "302  302  403  403  403  403  403  403  403  403  403  403  200  403  403",
    (CASE + "note/", "POST"):       "302  302  403  403  403  403  403  403  403  403  403  403  409  403  403",
    (CASE + "let-go/", "POST"):     "302  302  403  403  403  403  403  403  403  403  403  403  409  403  403",
    (CASE + "close/", "POST"):      "302  302  403  403  403  403  403  403  403  403  403  403  409  403  403",
    (CASE + "take/", "POST"):       "302  302  403  403  403  403  403  403  403  403  403  403  409  403  403",
    ("desk/gate/", "GET"):          "302  302  403  403  403  403  403  403  403  403  403  200  403  403  403",
    ("desk/gate/", "POST"):         "302  302  403  403  403  403  403  403  403  403  403  422  403  403  403",
    ("desk/gate/lift/", "POST"):    "302  302  403  403  403  403  403  403  403  403  403  403  403  403  403",
    ("desk/traces/", "GET"):        "302  302  403  403  403  403  403  403  403  403  403  403  403  200  403",
    ("desk/log/", "GET"):           "302  302  403  403  403  403  403  403  403  403  403  200  403  200  403",
    ("desk/log/checkpoints/<int:checkpoint_id>/", "GET"):
                                    "302  302  403  403  403  403  403  403  403  403  403  404  403  404  403",
    ("desk/log/inspection/", "GET"):
                                    "302  302  403  403  403  403  403  403  403  403  403  403  403  200  403",
    ("desk/log/inspection/", "POST"):
                                    "302  302  403  403  403  403  403  403  403  403  403  403  403  422  403",
    ("desk/log/inspection/<str:name>", "GET"):
                                    "302  302  403  403  403  403  403  403  403  403  403  403  403  404  403",
    ("desk/staff/", "GET"):         "302  302  403  403  403  403  403  200  403  200  200  403  403  403  403",
    ("desk/catalogue/", "GET"):     "302  302  403  403  403  403  403  403  403  403  200  200  403  200  403",
    ("desk/catalogue/register.xlsx", "GET"):
                                    "302  302  403  403  403  403  403  403  403  403  200  200  403  200  403",
    ("desk/catalogue/register.md", "GET"):
                                    "302  302  403  403  403  403  403  403  403  403  200  200  403  200  403",
    (PURPOSE, "GET"):               "302  302  403  403  403  403  403  403  403  403  200  200  403  200  403",
    (PURPOSE + "assessment/", "GET"):
                                    "302  302  403  403  403  403  403  403  403  403  403  200  403  403  403",
    (PURPOSE + "assessment/", "POST"):
                                    "302  302  403  403  403  403  403  403  403  403  403  422  403  403  403",
    (PURPOSE + "end/", "POST"):     "302  302  403  403  403  403  403  403  403  403  403  422  403  403  403",
    ("desk/receipts/", "GET"):      "302  302  403  403  403  403  403  403  403  403  403  200  403  200  403",
}  # fmt: skip
TABLE |= pages.TABLE
FORMS: dict[str, dict[str, str]] = {"language/": {"language": "en", "next": "/"}}
# An address in which an id of somebody else's is asked for, and by whom: the answer is that of an id that nobody has.
FOREIGN = {
    (MEMBER, "GET"): "lan",
    (MEMBER + "outcome/", "POST"): "lan",
    (MEMBER + "number/", "POST"): "lan",
    (MEMBER + "note/", "POST"): "lan",
    (MEMBER + "release/", "POST"): "lan",
    (MEMBER + "refuse/", "POST"): "lan",
    (MEMBER + "report/", "POST"): "lan",
    (EXPORT + "fetch/", "POST"): "zheng",
    (EXPORT + "approve/", "POST"): "privacy_officer",
    (EXPORT + "refuse/", "POST"): "privacy_officer",
    (CAMPAIGN, "GET"): "zheng",
    (CAMPAIGN + "approve/", "POST"): "zheng",
    (CAMPAIGN + "refuse/", "POST"): "zheng",
    (CAMPAIGN + "pause/", "POST"): "zheng",
    (CAMPAIGN + "resume/", "POST"): "zheng",
    (CAMPAIGN + "stop/", "POST"): "zheng",
    (CASE, "GET"): "fraud_desk",
    (CASE + "take/", "POST"): "fraud_desk",
    (CASE + "note/", "POST"): "fraud_desk",
    (CASE + "let-go/", "POST"): "fraud_desk",
    (CASE + "close/", "POST"): "fraud_desk",
    ("desk/members/<int:city_id>/<int:member_id>/refuse/", "POST"): "zheng",
    ("desk/pools/<int:pool_id>/", "GET"): "lan",
    ("desk/pools/<int:pool_id>/claim/", "POST"): "lan",
    ("desk/team/<int:staff_id>/", "GET"): "chen",
    ("desk/team/<int:staff_id>/reassign/", "POST"): "chen",
    ("desk/pauses/<int:pause_id>/end/", "POST"): "zheng",
    (RUN, "GET"): "zheng",
    (RUN + "mapping/", "GET"): "zheng",
    (RUN + "again/", "POST"): "zheng",
    (RUN + "report.csv", "GET"): "zheng",
    (RUN + "report.xlsx", "GET"): "zheng",
} | pages.FOREIGN
# A form that is complete, so that only the id is wrong.
COMPLETE = {
    "outcome/": {"outcome": "busy", "request_key": "6f1c3c9e-0000-4000-8000-000000000001"},
    "note/": {"note": "x"},
    "release/": {"reason": "mistake"},
    "report/": {"kind": "money"},
    "refuse/": {"reason": "refused", "why": "x"},
    "leave/": {"why": "x"},
    "move/": {"why": "x", "role": "trainer"},
    "reassign/": {"member": "999999999", "to": "999999999"},
    "claim/": {"member": "999999999"},
} | pages.COMPLETE


@cache
def _routes() -> list[str]:
    """Those of the desk; the door for machines, which it serves too, has its own tests (tests/api)."""
    found = _patterns(get_resolver("hongxian.config.urls").url_patterns)
    return [route for route in found if not route.startswith("api/")]


def _patterns(given: list[Any], before: str = "") -> list[str]:
    """Every single address below these, as a whole."""
    found: list[str] = []
    for each in given:
        route = before + str(each.pattern).removeprefix("^")
        found += _patterns(each.url_patterns, route) if hasattr(each, "url_patterns") else [route]
    return found


@dataclass(frozen=True)
class Scene:
    """One city for all of this file, in which 兰 holds a member."""

    cast: Cast
    elsewhere: Cast
    member: Someone
    run_id: int
    ids: dict[str, int]
    browsers: dict[str, Client]

    def path(self, route: str, **ids: int) -> str:
        known: dict[str, object] = {
            "purpose": "outreach.call",
            "name": "inspection.zip",
            "key": "6f1c3c9e-0000-4000-8000-000000000003",
            "checkpoint_id": 0,
            "city_id": self.cast.city_id,
            "member_id": self.member.member_id,
            "pool_id": self.cast.city_pool,
            "staff_id": self.cast.lan.staff_id,
            "run_id": self.run_id,
            **self.ids,
            **ids,
        }
        return "/" + re.sub(r"<(?:int|str|uuid):(\w+)>", lambda found: str(known[found[1]]), route)

    def ask(
        self, who: str, method: str, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> HttpResponse:
        browser = self.browsers.get(who) or Client()
        answer: HttpResponse = getattr(browser, method.lower())(path, form or {}, headers=headers)
        if path.endswith("/wall/") and answer.status_code == 303:  # that browser sees the board and nothing else from now on
            self.browsers[who] = self.cast.people[who].browser()
        return answer


@pytest.fixture(scope="module")
def scene(company: None) -> Iterator[Scene]:
    cast, elsewhere = Cast(timezone=zone_at_noon()), Cast()
    member, run_id = cast.member(held_by=cast.lan), cast.run()
    cast.forget_training(cast.liu)
    with signed_in_as("desk"):
        browsers = {name: person.browser() for name, person in cast.people.items()}
        browsers |= {"untrained": browsers["liu"], "expired": elsewhere.lan.browser(), "gone": elsewhere.mei.browser()}
        elsewhere.expire_agreement(elsewhere.east)
        elsewhere.deactivate(elsewhere.mei)
        browsers.pop("liu")
        ids = (
            privacy_office.plant(cast, member)
            | (texting_pages.plant(cast) | pages.plant(cast, member))
            | {
                "case_id": open_case(member, taken_by=cast.trainer),
                "export_id": refused_export(cast),
                "campaign_id": refused_campaign(cast),
                "pause_id": pause_of(cast, cast.mei),
            }
        )
        yield Scene(cast, elsewhere, member, run_id, ids, browsers)


class TestTable:
    def test_has_every_address_of_the_desk_and_no_other(self) -> None:
        assert {route for route, _ in TABLE} == set(_routes())

    def test_has_an_answer_for_everybody(self) -> None:
        assert {key: len(line.split()) for key, line in TABLE.items() if len(line.split()) != len(WHO)} == {}

    def test_has_every_address_with_an_id_of_others(self) -> None:
        with_ids = {key for key in TABLE if "<int:" in key[0]}
        reads_nothing = {(RUN + "mapping/", "POST"), ("desk/members/<int:city_id>/<int:member_id>/refuse/", "GET")}
        nobodys = {("desk/log/checkpoints/<int:checkpoint_id>/", "GET")}
        assert set(FOREIGN) == with_ids - reads_nothing - nobodys


class TestAnswers:
    @pytest.mark.parametrize(("route", "method"), TABLE, ids=lambda each: each or "/")
    def test_are_those_of_the_table(self, scene: Scene, route: str, method: str) -> None:
        expected = dict(zip(WHO, map(int, TABLE[route, method].split()), strict=True))
        asked = {"nobody": scene.ask("nobody", method, scene.path(route), FORMS.get(route))}
        others = WHO[1:] if route != "logout/" else ()
        asked |= {who: scene.ask(who, method, scene.path(route), FORMS.get(route)) for who in others}
        assert {who: answer.status_code for who, answer in asked.items()} == {who: expected[who] for who in asked}
        for who in ("nobody", "gone"):
            if route.startswith("desk/"):
                assert asked[who].headers["Location"].startswith("/login/")
        if route.startswith("desk/") and asked["untrained"].status_code == 302:
            assert asked["untrained"].headers["Location"] == "/desk/training/"

    @pytest.mark.parametrize("route", _routes(), ids=lambda each: each or "/")
    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
    def test_of_other_methods_are_405_for_everybody(self, scene: Scene, route: str, method: str) -> None:
        if (route, method) in TABLE:
            return
        for who in ("nobody", "lan", "zheng", "privacy_officer"):
            assert scene.ask(who, method, scene.path(route)).status_code == 405, who

    def test_to_htmx_send_the_whole_page_to_the_door(self, scene: Scene) -> None:
        answer = scene.ask("nobody", "GET", "/desk/list/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login/")


class TestForms:
    @pytest.mark.parametrize("route", [route for route, method in TABLE if method == "POST"])
    def test_without_their_token_are_refused(self, scene: Scene, route: str) -> None:
        browser = scene.cast.zheng.browser(enforce_csrf_checks=True)
        assert browser.post(scene.path(route), FORMS.get(route, {})).status_code == 403


class TestForeignIds:
    @pytest.mark.parametrize(("route", "method"), FOREIGN)
    def test_look_like_ids_that_nobody_has(self, scene: Scene, route: str, method: str) -> None:
        who, cast, elsewhere = FOREIGN[route, method], scene.cast, scene.elsewhere
        theirs, form = elsewhere.member(held_by=elsewhere.wu), COMPLETE.get(route.rsplit("/", 2)[-2] + "/")
        west, free = cast.member(held_by=cast.wu, west=True), cast.member(pooled=True, west=True)
        wanted = [
            {"campaign_id": 2**53, "member_id": 2**53, "pool_id": 2**53, "staff_id": 2**53, "run_id": 2**53, "case_id": 2**53, "export_id": 2**53},
            {"campaign_id": refused_campaign(cast, store_id=cast.west), "member_id": west.member_id, "pool_id": cast.west_pool, "staff_id": cast.wu.staff_id, "run_id": cast.run(store_id=cast.west)},
            {"member_id": free.member_id, "pool_id": elsewhere.city_pool, "staff_id": cast.xu.staff_id, "run_id": elsewhere.run()},
            {"city_id": elsewhere.city_id, "case_id": scene.ids["case_id"], "export_id": scene.ids["export_id"], "campaign_id": scene.ids["campaign_id"], "member_id": theirs.member_id, "staff_id": elsewhere.wu.staff_id, "pool_id": elsewhere.east_pool},
            {"member_id": theirs.member_id, "city_id": 0, "run_id": 2**80, "case_id": 2**80, "export_id": 2**80, "pool_id": 2**80, "staff_id": 2**80},
        ]  # fmt: skip
        names = re.findall(r"<int:(\w+)>", route)
        answers = []
        wanted[0] |= texting_pages.NOBODYS
        pauses = (2**53, pause_of(cast, cast.wu), pause_of(elsewhere, elsewhere.mei), pause_of(elsewhere, elsewhere.lan), 2**80)
        wanted = [
            ids | {"pause_id": pause_id} | more
            for ids, pause_id, more in zip(wanted, pauses, pages.others(cast, elsewhere, who), strict=True)
        ]
        for ids in [each | more for each, more in zip(wanted, privacy_office.others(cast, west, who), strict=True)]:
            if not set(names) & (set(ids) - {"city_id"}):
                continue
            path = scene.path(route, **ids)
            answer = scene.ask(who, method, path, form)
            body = answer.content.decode(errors="replace")
            body = body[body.find("<main") : body.find("</main>")]
            for number in (ids[name] for name in names if name in ids):
                body = body.replace(f"/{number}/", "/*/")
            answers.append((answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body)))
        if "pool_id" not in names:  # a pool out of reach looks like an empty one
            assert {status for status, _ in answers} == {404}
        assert len({body for status, body in answers if status != 404 or "pool_id" not in names}) == 1
        assert {status for status, _ in answers} <= {200, 404, 409}


class TestDeniedTries:
    @pytest.mark.parametrize(("route", "method"), [key for key, line in TABLE.items() if " 403 " in line])
    def test_of_the_wrong_role_are_in_the_traces(self, scene: Scene, route: str, method: str) -> None:
        denied = [who for who, status in zip(WHO, TABLE[route, method].split(), strict=True) if status == "403"]
        who = next(each for each in reversed(denied) if each in scene.cast.people)
        before = denials(scene.cast.people[who].staff_id)
        scene.ask(who, method, scene.path(route), FORMS.get(route))
        after = denials(scene.cast.people[who].staff_id)
        assert len(after) == len(before) + 1
        assert after[-1][1] == ("only_the_person desk" if route == "desk/gate/lift/" else "role")

    @pytest.mark.parametrize(("who", "reason"), [("untrained", "training"), ("expired", "agreement")])
    def test_without_training_or_agreement_are_in_the_traces(self, scene: Scene, who: str, reason: str) -> None:
        person = scene.cast.liu if who == "untrained" else scene.elsewhere.lan
        scene.ask(who, "GET", "/desk/")
        assert denials(person.staff_id)[-1][1] == reason

    @pytest.mark.parametrize(("route", "method"), [key for key in FOREIGN if "member_id" in key[0]])
    def test_of_others_members_are_in_the_traces_with_the_member(self, scene: Scene, route: str, method: str) -> None:
        member = scene.cast.member(held_by=scene.cast.wu, west=True)
        path = scene.path(route, member_id=member.member_id)
        scene.ask(FOREIGN[route, method], method, path, COMPLETE.get(route.rsplit("/", 2)[-2] + "/"))
        found = casting.traces(member)
        assert [(trace[3], trace[4]) for trace in found] == [("denied", "no_ground")], found


def denials(staff_id: int) -> list[tuple[Any, ...]]:
    query = "SELECT action, reason FROM audit_trace WHERE staff_id = %(id)s AND outcome = 'denied' ORDER BY at, id"
    return casting.rows(query, id=staff_id)
