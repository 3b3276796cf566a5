"""我看过谁、我发过什么: the member's own lists, the card, pushing to the consultant and taking back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from hongxian.letters.blotting import BLOT
from hongxian.outreach import queries
from hongxian.pools import releasing
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.portal.feeds import bring, letter, look
from tests.visitors import browser_with, open_visit, visit_of

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from hongxian.letters.sharing import Shared
    from tests.cast import Cast, Person, Someone

pytestmark = pytest.mark.usefixtures("portal")


def text_of(answer: Any) -> str:
    body = answer.content.decode()
    return re.sub(r"\s+", " ", body[body.find("<main") : body.find("</main>")])


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return text_of(answer)


def numbers(shown: str) -> list[str]:
    return re.findall(r'name="letter" value="(\d+)"', shown)


def shared(cast: Cast, someone: Someone, by: Person) -> Shared | None:
    """What the consultant sees now."""
    with signed_in_as("desk"):
        return queries.member_page(by=by.actor(), city_id=someone.city_id, member_id=someone.member_id, now=timezone.now()).shared


def push(browser: Client, to: Person, letters: list[str], *, days: object = 7, do: str = "push") -> HttpResponse:
    answer: Any = browser.post("/letters/push/", {"letter": letters, "to": to.staff_id, "days": days, "do": do})
    return answer  # type: ignore[no-any-return] # the test client's own kind of answer


@pytest.fixture
def written(cast: Cast) -> Someone:
    """兰 holds her; she wrote twice to one and once to another."""
    someone = cast.member(held_by=cast.lan)
    sent = [letter("你好，我叫小美", "u-1", minutes_ago=90), letter("周末去爬山吗", "u-1", minutes_ago=60)]
    sent.append(letter("我的电话13800138000，微信wx_xiaomei", "u-2", minutes_ago=30))
    bring((someone, [look("u-1"), look("u-2", minutes_ago=20)], sent))
    return someone


class TestLists:
    def test_are_the_visitors_own(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        assert "2 次" in page(browser, "/letters/")
        viewed = page(browser, "/letters/viewed/")
        assert "对方 A" in viewed
        assert "对方 B" in viewed
        assert "1990–1994" in viewed
        sent = page(browser, "/letters/sent/")
        assert "给对方 A" in sent
        assert "我的电话13800138000" in sent, "her own words, to herself, uncovered"
        other, _ = visit_of(cast.member(held_by=cast.lan))
        for path in ("/letters/", "/letters/viewed/", "/letters/sent/"):
            assert "爬山" not in page(other, path)
            assert "对方 A" not in page(other, path)

    def test_ask_for_a_sign_in(self, cast: Cast, written: Someone) -> None:
        link = browser_with(open_visit(written, scope="stop"))
        late = browser_with(open_visit(written, minutes_ago=61))
        for browser in (link, late):
            for path in ("/letters/", "/letters/viewed/", "/letters/sent/", "/letters/card/"):
                assert browser.get(path).headers["Location"] == "/enter/"

    def test_of_a_number_that_nobody_knows_are_empty(self) -> None:
        browser, _ = visit_of(None)
        for path in ("/letters/", "/letters/viewed/", "/letters/sent/", "/letters/card/"):
            assert browser.get(path).status_code == 200

    @pytest.mark.parametrize("state", ["deceased", "minor", "restricted"])
    def test_show_nothing_once_the_state_is_not_live(self, cast: Cast, written: Someone, state: str) -> None:
        """Kin see little, and no letters."""
        casting.run("UPDATE members_member SET state = %(state)s WHERE id = %(id)s", state=state, id=written.member_id)
        browser, _ = visit_of(written)
        assert "目前不能查看" in page(browser, "/letters/")
        for path in ("/letters/viewed/", "/letters/sent/", "/letters/card/"):
            assert "对方 A" not in page(browser, path)
            assert "爬山" not in page(browser, path)

    def test_leave_a_trace_with_every_look(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        page(browser, "/letters/viewed/")
        page(browser, "/letters/sent/")
        found = [(each[0], each[1], each[2]) for each in casting.traces(written) if each[0] in {"letters.viewed", "letters.sent"}]
        assert found == [("letters.viewed", "letters", "self"), ("letters.sent", "letters", "self")]

    def test_go_on_where_the_page_ends(self, cast: Cast) -> None:
        someone = cast.member()
        bring((someone, [], [letter(f"第{n}句话呀", f"u-{n}", minutes_ago=n + 1) for n in range(65)]))
        browser, _ = visit_of(someone)
        seen, path = [], "/letters/sent/"
        for _page in range(4):
            shown = page(browser, path)
            seen += re.findall(r"第\d+句话呀", shown)
            following = re.search(r"/letters/sent/\?before=[\d-]+", shown)
            if following is None:
                break
            path = following[0]
        assert seen == [f"第{n}句话呀" for n in range(65)]

    @pytest.mark.parametrize("before", ["x", "1", "-", "9" * 60, "-1-2", "１-１", "99999999999999999-1"])
    def test_begin_anew_for_a_place_that_is_none(self, written: Someone, before: str) -> None:
        browser, _ = visit_of(written)
        assert browser.get("/letters/sent/", {"before": before}).status_code in {200, 404}


class TestPush:
    def test_shows_first_what_the_consultant_will_read(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        chosen = numbers(page(browser, "/letters/sent/"))
        shown = text_of(push(browser, cast.lan, chosen, do=""))
        assert f"我的电话{BLOT}，微信{BLOT}" in shown
        assert "13800138000" not in shown
        assert shared(cast, written, cast.lan) is None, "nothing is pushed yet"

    def test_gives_the_consultant_a_covered_copy_for_some_days(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        newest, *_rest = numbers(page(browser, "/letters/sent/"))
        assert push(browser, cast.lan, [newest], days=3).status_code == 303
        found = shared(cast, written, cast.lan)
        assert found is not None
        assert [(each.to, each.text) for each in found.messages] == [("B", f"我的电话{BLOT}，微信{BLOT}")]
        assert timedelta(days=2, hours=23) < found.messages[0].until - timezone.now() <= timedelta(days=3)
        assert "一条我发过的消息" in page(browser, "/letters/")

    def test_makes_a_copy_and_no_way_to_the_rest(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        newest, *_rest = numbers(page(browser, "/letters/sent/"))
        push(browser, cast.lan, [newest])
        bring((written, [look("u-9")], [letter("后来写的", "u-9")]))
        found = shared(cast, written, cast.lan)
        assert found is not None
        assert len(found.messages) == 1

    def test_of_letters_of_others_pushes_nothing(self, cast: Cast, written: Someone) -> None:
        other = cast.member(held_by=cast.lan)
        mine, _ = visit_of(written)
        browser, _ = visit_of(other)
        theirs = numbers(page(mine, "/letters/sent/"))
        assert push(browser, cast.lan, theirs).status_code == 422
        assert shared(cast, other, cast.lan) is None

    @pytest.mark.parametrize("days", [0, 31, -1, "", "x", "1.5", "99999999999999999999"])
    def test_for_other_than_one_to_thirty_days_is_refused(self, cast: Cast, written: Someone, days: object) -> None:
        browser, _ = visit_of(written)
        chosen = numbers(page(browser, "/letters/sent/"))
        assert push(browser, cast.lan, chosen, days=days).status_code == 422
        assert shared(cast, written, cast.lan) is None

    @pytest.mark.parametrize("days", [1, 30])
    def test_for_one_and_for_thirty_days_is_not(self, cast: Cast, written: Someone, days: int) -> None:
        browser, _ = visit_of(written)
        assert push(browser, cast.lan, numbers(page(browser, "/letters/sent/")), days=days).status_code == 303

    def test_goes_to_nobody_but_the_holder(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        chosen = numbers(page(browser, "/letters/sent/"))
        for other in (cast.mei, cast.chen, cast.wu, cast.privacy_officer):
            assert push(browser, other, chosen).status_code == 409
        assert casting.rows("SELECT 1 FROM vault_pushed WHERE member_id = %(id)s", id=written.member_id) == []

    def test_with_nobody_there_is_refused(self, cast: Cast) -> None:
        someone = cast.member()
        bring((someone, [], [letter("你好")]))
        browser, _ = visit_of(someone)
        shown = page(browser, "/letters/sent/")
        assert numbers(shown) == []
        [number] = casting.rows("SELECT id FROM letters_sent WHERE member_id = %(id)s", id=someone.member_id)
        assert push(browser, cast.lan, [str(number[0])]).status_code == 409

    def test_is_in_the_traces_of_the_person(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        push(browser, cast.lan, numbers(page(browser, "/letters/sent/")))
        [found] = casting.traces(written, action="letters.push")
        assert found[:5] == ("letters.push", "preference.push", "self", "allowed", "n=3")

    def test_ends_with_the_holding(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        push(browser, cast.lan, numbers(page(browser, "/letters/sent/")))
        with signed_in_as("desk"):
            releasing.release(
                by=cast.lan.actor(),
                city_id=written.city_id,
                member_ids=[written.member_id],
                reason="no_match",
                now=timezone.now(),
            )
        assert "现在没有分享任何内容" in page(browser, "/letters/")
        assert casting.rows("SELECT 1 FROM vault_pushed WHERE member_id = %(id)s", id=written.member_id) == []


class TestRevoke:
    def test_takes_back_in_one_press(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        push(browser, cast.lan, numbers(page(browser, "/letters/sent/")))
        action = re.findall(r"/letters/pushed/\d+/revoke/", page(browser, "/letters/"))
        assert len(action) == 3
        assert browser.post(action[0]).status_code == 303
        found = shared(cast, written, cast.lan)
        assert found is not None
        assert len(found.messages) == 2
        for each in action[1:]:
            browser.post(each)
        assert shared(cast, written, cast.lan) is None

    def test_destroys_the_copy(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        push(browser, cast.lan, numbers(page(browser, "/letters/sent/"))[:1])
        browser.post(re.findall(r"/letters/pushed/\d+/revoke/", page(browser, "/letters/"))[0])
        query = "SELECT wrapped, sealed, revoked_at IS NOT NULL FROM vault_pushed WHERE member_id = %(id)s"
        assert casting.rows(query, id=written.member_id) == [(None, None, True)]
        assert casting.rows("SELECT 1 FROM vault_ground WHERE kind = 'push' AND member_id = %(id)s", id=written.member_id) == []

    def test_of_what_others_pushed_is_not_found(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        push(browser, cast.lan, numbers(page(browser, "/letters/sent/"))[:1])
        [action] = re.findall(r"/letters/pushed/\d+/revoke/", page(browser, "/letters/"))
        stranger, _ = visit_of(cast.member(held_by=cast.lan))
        assert stranger.post(action).status_code == 404
        assert stranger.post("/letters/pushed/1/revoke/").status_code == 404
        assert shared(cast, written, cast.lan) is not None

    def test_twice_is_not_found(self, cast: Cast, written: Someone) -> None:
        browser, _ = visit_of(written)
        push(browser, cast.lan, numbers(page(browser, "/letters/sent/"))[:1])
        [action] = re.findall(r"/letters/pushed/\d+/revoke/", page(browser, "/letters/"))
        browser.post(action)
        assert browser.post(action).status_code == 404


def ten(district: str = "静安区", first: int = 0, count: int = 10) -> list[dict[str, Any]]:
    return [look(f"p-{n}", minutes_ago=n + 1, birth_year=1990 + n % 5, height_cm=170 + n % 5, district=district) for n in range(first, first + count)]  # fmt: skip


def ticked(shown: str) -> list[tuple[str, str]]:
    return re.findall(r'name="(birth|height|education|district)" value="([^"]+)" checked', shown)


class TestCard:
    def test_is_suggested_from_ten_different_people(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        bring((someone, ten(), []))
        browser, _ = visit_of(someone)
        shown = page(browser, "/letters/card/")
        expected = [("birth", "1990"), ("height", "170"), ("education", "bachelor"), ("district", "静安区")]
        assert ticked(shown) == expected
        assert "至少有十位不同的人" in shown

    def test_is_not_suggested_from_nine_however_often(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        bring((someone, ten(count=9) + ten(count=9), []))
        browser, _ = visit_of(someone)
        shown = page(browser, "/letters/card/")
        assert ticked(shown) == []
        assert "不满十位不同的人" in shown

    def test_leaves_out_who_opted_out(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        bring((someone, ten(count=11), []))
        browser, _ = visit_of(someone)
        bring(opted_out=["p-0"])
        assert ticked(page(browser, "/letters/card/")) != []
        bring(opted_out=["p-5"])
        assert ticked(page(browser, "/letters/card/")) == []
        bring((someone, ten(first=20, count=1), []))
        assert ticked(page(browser, "/letters/card/")) != []

    def test_pushes_what_the_member_made_of_it(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        form = {"birth": ["1985", "1990"], "height": "170", "education": "master", "more_districts": "徐汇区，黄浦区", "words": "爱笑，电话13800138000"}  # fmt: skip
        form |= {"to": str(cast.lan.staff_id), "days": "7"}
        assert BLOT in text_of(browser.post("/letters/card/", form))
        assert browser.post("/letters/card/", form | {"do": "push"}).status_code == 303
        found = shared(cast, someone, cast.lan)
        assert found is not None
        card = found.cards[0].card
        assert (card.birth_years, card.heights, card.educations) == ((1985, 1990), (170,), ("master",))
        assert card.districts == ("徐汇区", "黄浦区")
        assert card.words == f"爱笑，电话{BLOT}"

    def test_takes_no_finer_bucket_than_there_is(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        form = {"birth": ["1991", "1992"], "height": ["171", "x"], "education": "genius", "to": str(cast.lan.staff_id), "days": "7", "do": "push"}  # fmt: skip
        assert browser.post("/letters/card/", form).status_code == 422
        assert shared(cast, someone, cast.lan) is None

    def test_the_new_one_takes_the_old_one_back(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        for year in ("1985", "1990"):
            browser.post("/letters/card/", {"birth": year, "to": str(cast.lan.staff_id), "days": "7", "do": "push"})
        found = shared(cast, someone, cast.lan)
        assert found is not None
        assert [each.card.birth_years for each in found.cards] == [(1990,)]

    def test_that_is_empty_is_refused(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        browser, _ = visit_of(someone)
        assert browser.post("/letters/card/", {"to": str(cast.lan.staff_id), "days": "7", "do": "push"}).status_code == 422
