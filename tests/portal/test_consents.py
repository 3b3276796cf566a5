"""/consents/: one press on, one press off; in force at once; a changed text asks once, with the difference."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction
from django.utils import timezone

from hongxian.config.settings import database_of
from hongxian.consent import differing, giving, ordering, purposes
from hongxian.consent.purposes import FILE, catalogue
from hongxian.kernel.actor import Actor
from hongxian.outreach import gate, queries, worklist
from hongxian.pools import consenting as settling
from hongxian.pools import grading
from hongxian.portal import consenting, door, own
from hongxian.vault import asking, deciding
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.visitors import open_visit, visit_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

    from tests.cast import Cast, Someone


@contextmanager
def signed_in_as_in_thread(role: str) -> Iterator[None]:
    """Another process's role on this thread alone; `settings` are everybody's."""
    options = database_of(role)
    options["OPTIONS"].pop("pool", None)
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = wrapper.settings_dict | options
    connections["default"] = wrapper
    try:
        yield
    finally:
        wrapper.close()


def yes(someone: Someone) -> giving.Given:
    given_on = casting.now().date() - timedelta(days=9)
    return giving.Given(member_id=someone.member_id, given_on=given_on, evidence="signature", origin="list 7")


def settle(someone: Someone) -> None:
    """What the worker does a moment later."""
    with signed_in_as("worker"):
        by = Actor.system("settle", city_id=someone.city_id)
        settling.settle(by=by, city_id=someone.city_id, member_id=someone.member_id, now=timezone.now())


def may(cast: Cast, someone: Someone, channel: str = "call") -> str:
    with signed_in_as("desk"):
        return gate.permit(
            by=cast.lan.actor(), city_id=someone.city_id, member_id=someone.member_id, channel=channel, now=timezone.now()
        ).reason


def press(browser: Client, purpose: str, do: str) -> int:
    """Exactly what the page's one button sends."""
    page = browser.get("/consents/").content.decode()
    forms = re.findall(rf'<form[^>]*action="/consents/{re.escape(purpose)}/".*?</form>', page, re.DOTALL)
    buttons = [each for each in forms if f'value="{do}"' in each]
    assert buttons, f"no button to turn {purpose} {do}"
    shown = re.search(r'name="notice_hash" value="(\w+)"', buttons[0])
    assert shown is not None
    return browser.post(f"/consents/{purpose}/", {"do": do, "notice_hash": shown[1]}).status_code


def places(someone: Someone) -> list[str]:
    return [
        table
        for table in ("pools_entry", "pools_holding", "pools_resting", "vault_ground")
        if casting.rows(
            f"SELECT 1 FROM {table} WHERE city_id = %(city)s AND member_id = %(member)s",
            city=someone.city_id,
            member=someone.member_id,
        )
    ]


@pytest.mark.usefixtures("portal")
class TestSwitch:
    def test_goes_off_in_one_press_and_on_in_one(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        assert may(cast, someone) == ""
        assert press(browser, "outreach.call", "off") == 303
        assert may(cast, someone) == "no_consent"
        assert may(cast, someone, "sms") == "", "the other switches are as they were"
        assert press(browser, "outreach.call", "on") == 303
        assert may(cast, someone) == ""

    def test_is_one_for_each_purpose_that_asks_people(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member(consents=(*casting.CONTACT, "outreach.promotion", "outreach.birthday", "matchmaking")))
        page = browser.get("/consents/").content.decode()
        asks = {purpose.name for purpose in catalogue().purposes.values() if purpose.live and purpose.receipt}
        assert set(re.findall(r'action="/consents/([\w.]+)/"', page)) == asks
        assert page.count('role="switch" aria-checked="true"') == len(asks) + 1  # grading stands with the grade, too

    def test_says_what_it_means_who_how_long_and_the_law(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member())
        page = browser.get("/consents/").content.decode()
        for words in (
            catalogue().purposes["outreach.call"].notice_zh,
            "红娘顾问",
            "自同意之日起 24 个月",
            "个人信息保护法 13、14",
        ):
            assert words in page

    def test_offers_to_take_the_press_back(self, cast: Cast) -> None:
        browser, _ = visit_of(cast.member())
        press(browser, "outreach.sms", "off")
        page = browser.get("/consents/?done=outreach.sms").content.decode()
        assert "“短信联系”已关，即刻生效。" in page
        assert "撤销" in page

    def test_keeps_what_was_shown_and_how_it_was_given(self, cast: Cast) -> None:
        someone = cast.member(consents=())
        browser, _ = visit_of(someone)
        press(browser, "outreach.call", "on")
        rows = casting.rows(
            "SELECT purpose, evidence, notice_hash, valid_until - given_on FROM consent_receipt WHERE member_id = %(id)s",
            id=someone.member_id,
        )
        assert rows == [("outreach.call", "portal", catalogue().purposes["outreach.call"].notice_hash, 730)]
        assert [trace[0] for trace in casting.traces(someone)] == ["consent.give"]

    def test_shows_the_page_to_the_holder_no_longer(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        press(browser, "outreach.call", "off")
        with signed_in_as("desk"):
            page = queries.member_page(by=cast.lan.actor(), city_id=cast.city_id, member_id=someone.member_id, now=timezone.now())
            assert (page.alias, page.silenced) == ("", "no_consent")
            [line] = worklist.in_hand(by=cast.lan.actor(), now=timezone.now())
            assert (line.alias, line.speaks) == ("", False)

    def test_off_spends_no_permit_that_was_issued_before(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        with signed_in_as("desk"):
            verdict = gate.permit(
                by=cast.lan.actor(), city_id=someone.city_id, member_id=someone.member_id, channel="call", now=timezone.now()
            )
        press(browser, "outreach.call", "off")
        assert verdict.trace is not None
        with signed_in_as("desk"), pytest.raises(asking.KeeperDenied):
            asking.reveal(verdict.trace)

    def test_off_ends_a_yes_that_was_recorded_while_the_press_waited(self, cast: Cast) -> None:
        """The press came in first and got its turn second: it is the person's last word all the same."""
        someone = cast.member(held_by=cast.lan)
        casting.receipt(someone, "outreach.call", recorded_at=timezone.now() + timedelta(seconds=60))
        browser, _ = visit_of(someone)
        press(browser, "outreach.call", "off")
        assert may(cast, someone) == "no_consent"
        press(browser, "outreach.call", "on")
        assert may(cast, someone) == ""

    def test_off_waits_for_an_import_and_ends_what_it_brings(self, cast: Cast) -> None:
        """An old yes in a workbook that is being read, and a withdrawal at the same moment: neither sees the other's row."""
        someone = cast.member(held_by=cast.lan, consents=())
        token, begun = open_visit(someone), timezone.now()
        reading, pressed = threading.Event(), threading.Event()

        def bring_in() -> None:
            with signed_in_as_in_thread("worker"), transaction.atomic():
                ordering.hold_members()
                giving.give(city_id=someone.city_id, given=[yes(someone)], now=begun + timedelta(seconds=5))
                reading.set()
                assert not pressed.wait(timeout=1), "the withdrawal has not waited"

        importer = threading.Thread(target=bring_in)
        importer.start()
        assert reading.wait(timeout=10)
        visit = door.visit_behind(token)
        assert visit is not None
        consenting.withdraw(visit=visit, purpose="outreach.call", now=begun)
        pressed.set()
        importer.join(timeout=10)
        assert may(cast, someone) == "no_consent"
        assert may(cast, someone, "sms") == "", "what the workbook brought counts otherwise"

    def test_of_somebody_else_is_out_of_reach(self, cast: Cast) -> None:
        """The view refuses the row, whatever the portal's program were made to say."""
        mine, other = cast.member(), cast.member()
        token = open_visit(mine)
        given = {"city_id": other.city_id, "member_id": other.member_id, "purpose": "outreach.call", "now": timezone.now()}
        with pytest.raises(Exception, match="check option"), own.visiting(token):
            consenting._withdraw.run(**given)
        assert casting.rows("SELECT 1 FROM consent_withdrawal WHERE member_id = %(id)s", id=other.member_id) == []

    @pytest.mark.parametrize("purpose", ["account", "introduction", "curiosity"])
    def test_of_a_purpose_that_asks_nobody_is_not_found(self, cast: Cast, purpose: str) -> None:
        browser, _ = visit_of(cast.member())
        for do in ("on", "off", "no"):
            assert browser.post(f"/consents/{purpose}/", {"do": do, "notice_hash": "x"}).status_code == 404
        assert browser.post("/consents/outreach.call/", {"do": "?"}).status_code == 404

    @pytest.mark.parametrize("state", ["minor", "deceased"])
    def test_of_a_minor_or_the_dead_goes_off_only(self, cast: Cast, state: str) -> None:
        someone = cast.member(state=state)
        browser, _ = visit_of(someone)
        shown = catalogue().purposes["outreach.call"].notice_hash
        assert browser.post("/consents/outreach.call/", {"do": "on", "notice_hash": shown}).status_code == 404
        assert browser.post("/consents/outreach.call/", {"do": "off"}).status_code == 303

    def test_of_a_number_that_nobody_knows_says_so(self, cast: Cast) -> None:
        browser, _ = visit_of(None)
        assert "没有任何授权" in browser.get("/consents/").content.decode()
        assert browser.post("/consents/outreach.call/", {"do": "off"}).status_code == 404

    def test_was_not_pressed_where_the_text_changed_meanwhile(self, cast: Cast) -> None:
        someone = cast.member(consents=())
        browser, _ = visit_of(someone)
        answer = browser.post("/consents/outreach.call/", {"do": "on", "notice_hash": "0" * 32})
        assert (answer.status_code, "说明刚刚改过" in answer.content.decode()) == (409, True)
        assert casting.rows("SELECT 1 FROM consent_receipt WHERE member_id = %(id)s", id=someone.member_id) == []


@pytest.mark.usefixtures("portal")
class TestAfterwards:
    def test_calls_off_takes_the_member_out_of_hand_and_pool_and_on_brings_them_back(self, cast: Cast) -> None:
        held, pooled = cast.member(held_by=cast.lan), cast.member(pooled=True)
        for someone in (held, pooled):
            browser, _ = visit_of(someone)
            press(browser, "outreach.call", "off")
            settle(someone)
            assert places(someone) == []
            press(browser, "outreach.call", "on")
            settle(someone)
            assert places(someone) == ["pools_entry"]

    def test_texts_off_moves_nobody(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        press(browser, "outreach.sms", "off")
        settle(someone)
        assert places(someone) == ["pools_holding", "vault_ground"]

    def test_grading_off_is_grade_c_whatever_the_profile_and_on_grades_again(self, cast: Cast) -> None:
        someone = cast.member(pooled=True)
        casting.run(
            "UPDATE members_member SET intends = true, has_criteria = true, registered_on = %(day)s, income_band = '10k_20k',"
            " housing = 'own', car = 'own', occupation = '教师' WHERE id = %(id)s",
            day=casting.now().date(),
            id=someone.member_id,
        )
        browser, _ = visit_of(someone)
        with signed_in_as("worker"):
            grading.regrade(city_id=someone.city_id, member_ids=[someone.member_id], now=timezone.now())
        assert grade(someone) == ("A", False)
        page = browser.get("/consents/").content.decode()
        assert "您的资料评为 A 级" in page
        assert "资料完整度" in page
        press(browser, "pool.grading", "off")
        settle(someone)
        assert grade(someone) == ("C", True)
        assert "一律按 C 级处理" in browser.get("/consents/").content.decode()
        press(browser, "pool.grading", "on")
        settle(someone)
        assert grade(someone) == ("A", False)

    def test_is_the_workers_job(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        press(browser, "outreach.call", "off")
        args = casting.rows(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'settle_consent' AND args ->> 'member_id' = %(id)s::text",
            id=str(someone.member_id),
        )
        assert args == [({"city_id": someone.city_id, "member_id": someone.member_id},)]


def grade(someone: Someone) -> tuple[str, bool]:
    [found] = casting.rows("SELECT grade, profiling_off FROM members_member WHERE id = %(id)s", id=someone.member_id)
    return found


@pytest.fixture
def more_fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> purposes.Catalogue:
    """The catalogue in which calls want the WeChat id, too."""
    old = 'fields = ["alias", "number", "district", "best_time", "note"'
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "purposes.toml"
    file.write_text(text.replace(old, old.replace('"note"', '"note", "wechat"'), 1), encoding="utf-8")
    after = catalogue(file)
    for module in (consenting, differing, deciding):
        monkeypatch.setattr(module, "catalogue", lambda: after)
    return after


@pytest.mark.usefixtures("portal")
class TestChangedText:
    def test_denies_shows_the_difference_and_a_yes_is_a_new_receipt(self, cast: Cast, more_fields: purposes.Catalogue) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        assert may(cast, someone) == "no_consent"
        page = browser.get("/consents/").content.decode()
        assert "“电话联系”的说明改过，需要您重新决定" in page
        assert re.search(r"现在多了</dt><dd>微信号</dd>", page)
        assert page.count("需要您重新决定") == 1, "only the purpose that changed asks"
        assert press(browser, "outreach.call", "on") == 303
        assert may(cast, someone) == ""
        newest = "SELECT notice_hash FROM consent_receipt WHERE member_id = %(id)s AND purpose = 'outreach.call' ORDER BY id DESC LIMIT 1"
        assert casting.rows(newest, id=someone.member_id) == [(more_fields.purposes["outreach.call"].notice_hash,)]

    def test_is_silent_after_a_no_and_still_denies(self, cast: Cast, more_fields: purposes.Catalogue) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        assert press(browser, "outreach.call", "no") == 303
        assert "需要您重新决定" not in browser.get("/consents/").content.decode()
        assert may(cast, someone) == "no_consent"
        shown = more_fields.purposes["outreach.call"].notice_hash
        rows = casting.rows("SELECT purpose, notice_hash FROM consent_refusal WHERE member_id = %(id)s", id=someone.member_id)
        assert rows == [("outreach.call", shown)]
        assert press(browser, "outreach.call", "on") == 303, "the switch is still there for whoever thinks again"
        assert may(cast, someone) == ""

    def test_asks_nobody_who_never_agreed_or_took_it_back(self, cast: Cast, more_fields: purposes.Catalogue) -> None:
        never, back = cast.member(consents=()), cast.member()
        casting.withdrawal(back, "outreach.call")
        for someone in (never, back):
            browser, _ = visit_of(someone)
            assert "需要您重新决定" not in browser.get("/consents/").content.decode()
