"""/desk/incidents/: a drill through the wizard, from the form to the report."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.rights import affected, jobs
from tests import cast as stage
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]
TEXTS = dict.fromkeys(("cause", "harm", "measures", "advice", "contact", "notice_zh", "notice_en"), "写明")


def typed(at: datetime) -> str:
    return at.astimezone(COMPANY_ZONE).strftime("%Y-%m-%dT%H:%M")


class TestWizard:
    def test_goes_from_reads_to_a_report(self, cast: Cast, sign_in: SignIn) -> None:
        """Real reads over HTTP; then exactly those people are found, told and reported."""
        held = [cast.member(held_by=cast.lan) for _ in range(3)]
        consultant, client = sign_in(cast.lan), sign_in(cast.privacy_officer)
        for someone in held[:2]:
            consultant.get(f"/desk/member/{someone.city_id}/{someone.member_id}/")
        now = stage.now()
        form = {
            "kind": "misuse",
            "discovered_at": typed(now),
            "begins_at": typed(now - timedelta(hours=1)),
            "ends_at": typed(now),
            "employee_no": cast.lan.employee_no,
            "store": "",
            "process": "desk",
            "listed": "",
        }
        answer = client.post("/desk/incidents/new/", form)
        assert answer.status_code == 303
        address = answer.headers["Location"]
        number = int(address.rsplit("/", 2)[-2])
        assert "正在从访问记录逐条查" in client.get(address).content.decode()
        with signed_in_as("worker"):
            jobs.count_affected(number)
        page = client.get(address)
        assert page.context["total"] == 2
        people = client.get(f"{address}people/{cast.city_id}/").content.decode()
        found = {each.member_id for each in held if f"{each.member_id:09d}" in people}
        assert found == {each.member_id for each in held[:2]}
        assert client.post(f"{address}texts/", TEXTS | {"harm": ""}).status_code == 422
        assert client.post(f"{address}texts/", TEXTS).status_code == 303
        for step in ("notified", "reported", "closed"):
            assert client.post(f"{address}{step}/").status_code == 303
        told = [len(affected.notices_for(city_id=each.city_id, member_id=each.member_id)) for each in held]
        assert told == [1, 1, 0]
        report = client.get(f"{address}report.txt")
        text = report.content.decode("utf-8-sig")
        assert "涉及人数：2" in text
        assert not any(secret in text for each in held for secret in (*each.secrets, each.alias))
        assert client.post(f"{address}texts/", TEXTS).status_code == 409

    def test_takes_a_list_as_people_type_it(self, cast: Cast, sign_in: SignIn) -> None:
        someone, client = cast.member(), sign_in(cast.privacy_officer)
        form = {
            "kind": "leak",
            "discovered_at": typed(stage.now()),
            "listed": f"{cast.code}{someone.member_id:09d}\n{cast.code} {someone.member_id}，",
            "listed_fields": ["name", "number"],
        }
        address = client.post("/desk/incidents/new/", form).headers["Location"]
        with signed_in_as("worker"):
            jobs.count_affected(int(address.rsplit("/", 2)[-2]))
        assert client.get(address).context["total"] == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": ""},
            {"discovered_at": "2999-01-01T00:00"},
            {"begins_at": ""},
            {"begins_at": "2026-01-02T00:00", "ends_at": "2026-01-01T00:00"},
            {"employee_no": "NOBODY"},
            {"store": "XXXX"},
            {"process": "spy"},
            {"listed": "不是编号"},
            {"listed": "??000000001", "listed_fields": "name"},
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, cast: Cast, sign_in: SignIn, wrong: dict[str, str]) -> None:
        form = {
            "kind": "leak",
            "discovered_at": typed(stage.now()),
            "begins_at": "2026-01-01T00:00",
            "ends_at": "2026-01-01T10:00",
        }
        answer = sign_in(cast.privacy_officer).post("/desk/incidents/new/", form | wrong)
        assert answer.status_code == 422
        assert "hx-banner-danger" in answer.content.decode()
