"""/desk/gate/: the privacy officer's probe."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.outreach import gate, ruling
from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


@pytest.fixture
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calling hours, whenever the tests run: the gate asks the member's clock."""
    monkeypatch.setattr(gate, "limits", lambda **_at: ruling.Limits(first_hour=0, end_hour=24))


@pytest.mark.usefixtures("by_day")
class TestGate:
    def test_allows_who_agreed(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        answer = sign_in(cast.privacy_officer).post("/desk/gate/", {"number": someone.number, "channel": "call"})
        assert answer.context["code"] == "ok"
        assert "可以联系 · 电话" in answer.content.decode()

    @pytest.mark.parametrize("written", ["{0} {1}", "0086-{0}{1}", "+86 {0}-{1}", "（{0}）{1}"])
    def test_reads_a_number_as_people_write_it(self, cast: Cast, sign_in: SignIn, written: str) -> None:
        someone = cast.member(consents=())
        digits = someone.number.removeprefix("+86")
        number = written.format(digits[:3], digits[3:])
        answer = sign_in(cast.privacy_officer).post("/desk/gate/", {"number": number, "channel": "sms"})
        assert answer.context["code"] == "no_consent"
        assert "没有有效的授权" in answer.content.decode()

    def test_says_that_somebody_said_no(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        manager = sign_in(cast.zheng)
        manager.post(f"/desk/members/{someone.city_id}/{someone.member_id}/refuse/", {"reason": "refused"})
        answer = sign_in(cast.privacy_officer).post("/desk/gate/", {"number": someone.number, "channel": "call"})
        assert answer.context["code"] == "suppressed"
        assert "任何门店、任何时候都不能再联系" in answer.content.decode()

    def test_neither_echoes_nor_keeps_the_number(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        client = sign_in(cast.privacy_officer)
        answer = client.post("/desk/gate/", {"number": someone.number, "channel": "call"})
        digits = someone.number.removeprefix("+86")
        assert answer.status_code == 200  # no redirect that could carry it
        assert digits not in answer.content.decode()
        assert digits not in str(dict(client.session))
        assert digits not in str(answer.headers)

    def test_is_traced(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        sign_in(cast.privacy_officer).post("/desk/gate/", {"number": someone.number, "channel": "call"})
        [trace] = stage.traces(someone, action="gate.probe")
        assert trace[1:6] == ("suppression", "", "allowed", "allowed", cast.privacy_officer.staff_id)

    @pytest.mark.parametrize(("number", "words"), [("021-62345678", "固定电话"), ("12", "请填写一个手机号码"), ("", "请填写")])
    def test_wants_a_mobile_number(self, cast: Cast, sign_in: SignIn, number: str, words: str) -> None:
        answer = sign_in(cast.privacy_officer).post("/desk/gate/", {"number": number, "channel": "call"})
        assert answer.status_code == 422
        assert words in answer.content.decode()

    def test_wants_a_known_channel(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.privacy_officer).post("/desk/gate/", {"number": "13812345678", "channel": "pigeon"})
        assert answer.status_code == 422

    @pytest.mark.parametrize("name", ["lan", "chen", "zheng", "auditor", "operations"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        client = sign_in(cast.people[name])
        assert client.get("/desk/gate/").status_code == 403
        assert client.post("/desk/gate/", {"number": "13812345678", "channel": "call"}).status_code == 403


class TestHours:
    def test_are_a_reason(self, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
        hour = (stage.now() + timedelta(hours=2)).astimezone(COMPANY_ZONE).hour
        monkeypatch.setattr(gate, "limits", lambda **_at: ruling.Limits(first_hour=hour, end_hour=hour))
        someone = cast.member()
        answer = sign_in(cast.privacy_officer).post("/desk/gate/", {"number": someone.number, "channel": "call"})
        assert answer.context["code"] == "hours"
