"""/requests/: the visitor's own requests and complaints, with a record and without; nobody else's, through no window."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors

from hongxian.cli import company as installation
from hongxian.rights import affected, complaining, incidents, queries, requesting
from hongxian.vault import asking
from hongxian.vault.words import subject_of
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.visitors import browser_with, open_visit, portal_process, visit_of

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast


def ask(client: Client, *, kind: str = "copy", text: str = "请给我一份") -> Any:
    return client.post("/requests/new/", {"kind": kind, "text": text})


def number_of(table: str, city_id: int) -> int:
    return int(casting.rows(f"SELECT max(id) FROM {table} WHERE city_id = %(c)s", c=city_id)[0][0])


@pytest.mark.usefixtures("portal")
class TestMember:
    def test_asks_and_reads_the_answer(self, cast: Cast) -> None:
        someone = cast.member()
        client, _ = visit_of(someone)
        assert "您还没有提出过申请" in client.get("/requests/").content.decode()
        assert ask(client, text="请更正我的身高").status_code == 303
        page = client.get("/requests/").content.decode()
        assert "还有 15 个工作日" in page
        number = number_of("rights_request", cast.city_id)
        address = f"/requests/{cast.city_id}/{number}/"
        assert "请更正我的身高" in client.get(address).content.decode()
        with signed_in_as("desk"):
            by = cast.privacy_officer.actor()
            read = queries.request_page(by=by, city_id=cast.city_id, request_id=number, now=casting.now())
            assert [each.text for each in read.events] == ["请更正我的身高"]
            requesting.take(by=by, city_id=cast.city_id, request_id=number, now=casting.now())
        assert "正在办理" in client.get("/requests/").content.decode()
        with signed_in_as("desk"):
            requesting.answer(by=by, city_id=cast.city_id, request_id=number, text="已经更正为一米七", now=casting.now())
        page = client.get(address).content.decode()
        assert "已经更正为一米七" in page
        assert "privacy_officer老师" in page, "members know staff by the alias"

    def test_that_is_refused_is_told_why_and_where_to_go(self, cast: Cast) -> None:
        client, _ = visit_of(cast.member())
        ask(client, kind="delete")
        number = number_of("rights_request", cast.city_id)
        with signed_in_as("desk"):
            requesting.refuse(
                by=cast.privacy_officer.actor(),
                city_id=cast.city_id,
                request_id=number,
                reason="law_keeps",
                route="12377",
                text="合同须保存三年",
                now=casting.now(),
            )
        page = client.get(f"/requests/{cast.city_id}/{number}/").content.decode()
        for words in ("法律、行政法规规定必须保存", "12377", "合同须保存三年"):
            assert words in page

    @pytest.mark.parametrize("form", [{}, {"kind": "copy"}, {"kind": "gossip", "text": "x"}, {"kind": "copy", "text": "   "}])
    def test_is_told_what_is_missing(self, cast: Cast, form: dict[str, str]) -> None:
        client, _ = visit_of(cast.member())
        assert client.post("/requests/new/", form).status_code == 422
        assert not casting.rows("SELECT 1 FROM rights_request WHERE city_id = %(c)s", c=cast.city_id)

    def test_may_ask_often_but_not_without_end(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hongxian.portal.asking_us.MOST_A_DAY", 2)
        client, _ = visit_of(cast.member())
        assert [ask(client).status_code for _ in range(3)] == [303, 303, 429]

    def test_finds_nothing_of_others(self, cast: Cast) -> None:
        one, other = cast.member(), cast.member()
        client, _ = visit_of(one)
        ask(client, text="只有我看得到")
        client.post("/requests/complain/", {"about": "call", "text": "也只有我"})
        request, complaint = number_of("rights_request", cast.city_id), number_of("rights_complaint", cast.city_id)
        stranger, _ = visit_of(other)
        assert stranger.get(f"/requests/{cast.city_id}/{request}/").status_code == 404
        assert stranger.get(f"/requests/complaints/{cast.city_id}/{complaint}/").status_code == 404
        reopened = stranger.post(f"/requests/complaints/{cast.city_id}/{complaint}/reopen/", {"text": "x"})
        assert reopened.status_code == 404
        assert "只有我" not in stranger.get("/requests/").content.decode()

    def test_leaves_a_trace_that_they_see_themselves(self, cast: Cast) -> None:
        someone = cast.member()
        client, _ = visit_of(someone)
        ask(client)
        client.get(f"/requests/{cast.city_id}/{number_of('rights_request', cast.city_id)}/")
        assert [trace[0] for trace in casting.traces(someone)] == ["portal.open_request", "portal.request"]

    def test_needs_a_visit_with_a_code(self, cast: Cast) -> None:
        for token in ("", "nobody", open_visit(cast.member(), scope="stop"), open_visit(cast.member(), minutes_ago=61)):
            client = browser_with(token)
            for path in ("/requests/", "/requests/new/", "/requests/complain/"):
                assert client.get(path).headers.get("Location") == "/enter/", path


@pytest.mark.usefixtures("portal")
class TestComplaint:
    def test_goes_to_the_store_and_the_officer_and_comes_back(self, cast: Cast) -> None:
        someone = cast.member()
        client, _ = visit_of(someone)
        form = {"about": "staff", "store": cast.east, "alias": "lan老师", "text": "每天打五次"}
        assert client.post("/requests/complain/", form).status_code == 303
        number = number_of("rights_complaint", cast.city_id)
        address = f"/requests/complaints/{cast.city_id}/{number}/"
        with signed_in_as("desk"):
            about = {"city_id": cast.city_id, "complaint_id": number}
            page = queries.complaint_page(by=cast.zheng.actor(), **about, now=casting.now())
            assert [each.text for each in page.events] == ["每天打五次"]
            complaining.comment(by=cast.zheng.actor(), **about, text="已提醒", now=casting.now())
            complaining.close(by=cast.privacy_officer.actor(), **about, text="已停止", now=casting.now())
        page_text = client.get(address).content.decode()
        assert "已提醒" in page_text
        assert "已停止" in page_text
        assert client.post(f"{address}reopen/", {"text": " "}).status_code == 422
        assert client.post(f"{address}reopen/", {"text": "还在打"}).status_code == 303
        assert client.post(f"{address}reopen/", {"text": "还在打"}).status_code == 409
        with signed_in_as("desk"):
            assert queries.complaints(by=cast.zheng.actor())[0].open
            page = queries.complaint_page(by=cast.zheng.actor(), **about, now=casting.now())
            assert page.events[-1].text == "还在打"

    def test_has_the_regulators_beside_it(self, cast: Cast) -> None:
        client, _ = visit_of(cast.member())
        page = client.get("/requests/complain/").content.decode()
        assert [each for each in ("12315", "12377", "12321") if each not in page] == []

    @pytest.mark.parametrize("store", ["x", "999999999", "²"])
    def test_about_a_store_that_is_not_there_names_none_or_is_refused(self, cast: Cast, store: str) -> None:
        client, _ = visit_of(cast.member())
        status = client.post("/requests/complain/", {"about": "store", "store": store, "text": "x"}).status_code
        assert status == (422 if store.isascii() and store.isdecimal() else 303)


@pytest.mark.usefixtures("portal")
class TestStranger:
    def test_asks_where_the_number_came_from_and_reads_the_answer(self, cast: Cast) -> None:
        hashes = [secrets.token_bytes(32)]
        client = browser_with(open_visit(None, hashes=hashes))
        assert ask(client, kind="number_source", text="你们怎么有我的号码").status_code == 303
        number = number_of("rights_request", 0)
        assert "你们怎么有我的号码" in client.get(f"/requests/0/{number}/").content.decode()
        with signed_in_as("desk"):
            by = cast.privacy_officer.actor()
            assert queries.request_page(by=by, city_id=0, request_id=number, now=casting.now()).member_id is None
            requesting.answer(by=by, city_id=0, request_id=number, text="我们没有您的资料", now=casting.now())
        assert "我们没有您的资料" in client.get(f"/requests/0/{number}/").content.decode()
        again = browser_with(open_visit(None, hashes=hashes))
        assert "我们没有您的资料" in again.get(f"/requests/0/{number}/").content.decode(), "the number is what counts"
        other = browser_with(open_visit(None))
        assert other.get(f"/requests/0/{number}/").status_code == 404

    def test_complains(self, cast: Cast) -> None:
        client = browser_with(open_visit(None))
        form = {"about": "call", "store": cast.east, "text": "从没注册过"}
        assert client.post("/requests/complain/", form).status_code == 303
        with signed_in_as("desk"):
            lines = queries.complaints(by=cast.zheng.actor())
        assert [each.city_id for each in lines] == [0]


@pytest.mark.usefixtures("portal")
class TestDeceased:
    def test_kin_see_their_own_request_and_no_word_of_the_dead(self, cast: Cast) -> None:
        someone = cast.member()
        client, _ = visit_of(someone)
        ask(client, kind="explain", text="生前写的话")
        client.post("/requests/complain/", {"about": "call", "text": "生前的投诉"})
        before = number_of("rights_request", cast.city_id)
        complaint = number_of("rights_complaint", cast.city_id)
        casting.run("UPDATE members_member SET state = 'deceased' WHERE id = %(id)s", id=someone.member_id)
        page = client.get("/requests/").content.decode()
        assert "解释怎么使用我的资料" not in page
        assert client.get(f"/requests/{cast.city_id}/{before}/").status_code == 404
        assert client.get(f"/requests/complaints/{cast.city_id}/{complaint}/").status_code == 404
        assert 'value="kin"' in client.get("/requests/new/").content.decode()
        assert 'value="copy"' not in client.get("/requests/new/").content.decode()
        assert ask(client, kind="copy", text="都给我").status_code == 422
        assert client.post("/requests/complain/", {"about": "call", "text": "替她投诉"}).status_code == 404
        assert number_of("rights_request", cast.city_id) == before
        assert number_of("rights_complaint", cast.city_id) == complaint
        assert ask(client, kind="kin", text="我是她女儿").status_code == 303
        assert "已故亲属的资料" in client.get("/requests/").content.decode()


@pytest.mark.usefixtures("portal")
class TestIncident:
    def test_is_told_at_home_and_in_full(self, cast: Cast) -> None:
        someone, other = cast.member(), cast.member()
        now = casting.now()
        with signed_in_as("desk"):
            by = cast.privacy_officer.actor()
            scope = incidents.Scope(listed=[(cast.city_id, someone.member_id)], listed_fields=["name"])
            number = incidents.open_incident(by=by, kind="leak", discovered_at=now, scope=scope, now=now)
        with signed_in_as("worker"):
            affected.count(incident_id=number, cities=[cast.city_id], now=now + timedelta(seconds=1))
        client, _ = visit_of(someone)
        with signed_in_as("desk"):
            texts = incidents.Texts("原因", "危害", "措施", "建议", "联系", "告知全文在此", "the notice in full")
            incidents.write(by=by, incident_id=number, texts=texts, now=now)
        assert "安全事件" not in client.get("/").content.decode()
        with signed_in_as("desk"):
            incidents.notify(by=by, incident_id=number, now=now)
        assert "有一起安全事件涉及您的资料" in client.get("/").content.decode()
        page = client.get("/requests/").content.decode()
        assert "告知全文在此" in page
        assert "姓名" in page
        assert "安全事件" not in visit_of(other)[0].get("/requests/").content.decode()


class TestWindows:
    """With the role's own credentials: what a taken-over portal could do with a visit."""

    def tried(self, token: str, statement: str, **values: Any) -> None:
        with installation.site().connect("portal") as role, role.transaction():
            role.execute("SELECT set_config('hongxian.visit', %s, true)", [token])
            role.execute(statement.encode(), values)

    @pytest.mark.parametrize(
        "values",
        [
            {"member_id": "other"},
            {"due_on": "late"},
            {"state": "done"},
            {"opened_at": "long ago"},
            {"city_id": 0},
        ],
    )
    def test_take_no_request_but_the_visitors_own_with_the_laws_clock(self, cast: Cast, values: dict[str, Any]) -> None:
        one, other, now = cast.member(), cast.member(), casting.now()
        row: dict[str, Any] = {"city_id": cast.city_id, "member_id": one.member_id, "state": "open"}
        row |= {"opened_at": now, "due_on": now.date() + timedelta(days=21)} | values
        row["member_id"] = other.member_id if row["member_id"] == "other" else row["member_id"]
        row["due_on"] = now.date() + timedelta(days=200) if row["due_on"] == "late" else row["due_on"]
        row["opened_at"] = now - timedelta(days=30) if row["opened_at"] == "long ago" else row["opened_at"]
        with pytest.raises((errors.WithCheckOptionViolation, errors.CheckViolation)):
            self.tried(
                open_visit(one),
                "INSERT INTO portal_new_request (city_id, member_id, kind, state, opened_at, due_on, remind_on, said_id)"
                " VALUES (%(city_id)s, %(member_id)s, 'copy', %(state)s, %(opened_at)s, %(due_on)s, %(due_on)s, 1)",
                **row,
            )

    def test_take_no_words_under_anothers_name(self, cast: Cast) -> None:
        one, other = cast.member(), cast.member()
        stranger = secrets.token_bytes(32)
        for city_id, subject in (
            (cast.city_id, other.member_id),
            (0, subject_of(member_id=None, number_hash=stranger)),
            (0, subject_of(member_id=None, number_hash=one.hashes[0])),
        ):
            with pytest.raises(errors.WithCheckOptionViolation):
                self.tried(
                    open_visit(one),
                    "INSERT INTO portal_new_words (city_id, member_id, held, words, sealed_at)"
                    " VALUES (%(c)s, %(s)s, ARRAY['request_text'], 'x', now())",
                    c=city_id,
                    s=subject,
                )
        with pytest.raises(errors.WithCheckOptionViolation):
            self.tried(
                open_visit(one),
                "INSERT INTO portal_new_words (city_id, member_id, held, words, sealed_at)"
                " VALUES (%(c)s, %(s)s, ARRAY['name'], 'x', now())",
                c=cast.city_id,
                s=one.member_id,
            )

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE portal_own_request SET due_on = due_on + 100",
            "UPDATE portal_own_complaint SET closed_at = now()",
            "UPDATE portal_own_event SET what = 'answered'",
            "DELETE FROM portal_own_request",
            "DELETE FROM portal_own_event",
            "SELECT words FROM portal_new_words",
            "SELECT * FROM portal_new_words_key",
        ],
    )
    def test_alter_and_open_nothing(self, cast: Cast, statement: str) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            self.tried(open_visit(cast.member()), statement)

    def test_write_no_answer_in_the_offices_name(self, cast: Cast) -> None:
        one = cast.member()
        with portal_process():
            client, token = visit_of(one)
            ask(client)
        number = number_of("rights_request", cast.city_id)
        for who, what in (("staff", "answered"), ("person", "answered"), ("system", "opened")):
            with pytest.raises(errors.WithCheckOptionViolation):
                self.tried(
                    token,
                    "INSERT INTO portal_new_event (city_id, thing, thing_id, at, who, what)"
                    " VALUES (%(c)s, 'request', %(n)s, now(), %(who)s, %(what)s)",
                    c=cast.city_id,
                    n=number,
                    who=who,
                    what=what,
                )


@pytest.mark.usefixtures("portal")
class TestKeeper:
    def test_opens_words_for_their_own_visit_only(self, cast: Cast) -> None:
        from hongxian.portal import door, own, tracing

        one, other = cast.member(), cast.member()
        client, token = visit_of(one)
        ask(client, text="只给我看")
        _, foreign = visit_of(other)

        def traced(visit_token: str) -> Any:
            visit = door.visit_behind(visit_token)
            assert visit is not None
            with own.visiting(visit_token):
                return tracing.record(
                    visit=visit, action="portal.request", purpose="rights", fields=["request_text"], now=casting.now()
                )

        assert list(asking.read_words(traced(token), visit=token).values()) == ["只给我看"]
        for trace_of, shown in ((token, foreign), (foreign, token), (token, ""), (token, "nonsense")):
            with pytest.raises(asking.KeeperDenied):
                asking.read_words(traced(trace_of), visit=shown)


def test_subjects_are_the_same_in_sql_and_python(company: None) -> None:
    for _ in range(20):
        each = secrets.token_bytes(32)
        formula = "SELECT -1 - ('x' || encode(substring(%(h)s::bytea FROM 1 FOR 7), 'hex'))::bit(56)::bigint"
        assert casting.rows(formula, h=each) == [(subject_of(member_id=None, number_hash=each),)]
