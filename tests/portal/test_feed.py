"""The dating site's feed: signed, fresh, once, only the members' own; sealed at once and told to nobody."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client

from hongxian.portal import feed
from tests import cast as casting
from tests.portal import feeds
from tests.portal.feeds import batch, bring, letter, look, post

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

pytestmark = pytest.mark.usefixtures("portal")
WORDS = "周末一起去滴水湖骑车"


def rows(someone: Someone, table: str, columns: str = "count(*)") -> list[tuple[Any, ...]]:
    query = f"SELECT {columns} FROM {table} WHERE city_id = %(city)s AND member_id = %(id)s"
    return casting.rows(query, city=someone.city_id, id=someone.member_id)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["error"]


class TestSignature:
    def test_of_the_site_is_let_in_without_a_cookie_or_a_forms_token(self, cast: Cast) -> None:
        assert post(batch((cast.member(), [look()], []))).status_code == 202

    @pytest.mark.parametrize("signed_by", ["", "x", "0" * 43])
    def test_of_anybody_else_is_refused(self, cast: Cast, signed_by: str) -> None:
        someone = cast.member()
        assert error(post(batch((someone, [look()], [])), signed_by=signed_by)) == (401, "signature")
        assert rows(someone, "letters_viewed") == [(0,)]

    @pytest.mark.parametrize("given", ["", "é", "0" * 64, "\x00"])
    def test_that_is_none_is_refused(self, given: str) -> None:
        assert error(post(batch(), headers={"X-Hongxian-Signature": given})) == (401, "signature")

    @pytest.mark.parametrize("given", ["", "soon", "-1", "1e9", "９９９", "9" * 400])
    def test_over_a_time_that_is_none_is_refused(self, given: str) -> None:
        assert error(post(batch(), headers={"X-Hongxian-Time": given})) == (401, "signature")

    @pytest.mark.parametrize("off", [-400, 400])
    def test_of_another_time_is_refused(self, off: int) -> None:
        assert error(post(batch(), at=time.time() + off)) == (401, "stale")

    def test_covers_the_body_and_the_time(self, cast: Cast) -> None:
        moment = str(int(time.time()))
        first = json.dumps(batch((cast.member(), [look()], []))).encode()
        other = first.replace(b"u-1", b"u-2")
        from hongxian.portal import machines

        told = {"X-Hongxian-Time": moment, "X-Hongxian-Signature": machines.sign(feeds.key(), moment, first)}
        answer = Client().generic("POST", feeds.ADDRESS, other, "application/json", headers=told)
        assert error(answer) == (401, "signature")
        later = told | {"X-Hongxian-Time": str(int(moment) + 1)}
        assert error(Client().generic("POST", feeds.ADDRESS, first, "application/json", headers=later)) == (401, "signature")

    def test_by_a_second_key_is_good_while_keys_are_changed(self, cast: Cast) -> None:
        from django.conf import settings

        file = settings.HOME.secrets / "feed.key"
        before = file.read_text()
        try:
            file.write_text(before + "another\n")
            assert post(batch((cast.member(), [look()], [])), signed_by="another").status_code == 202
            assert post(batch((cast.member(), [look()], []))).status_code == 202
        finally:
            file.write_text(before)
        assert post(batch(), signed_by="another").status_code == 401


class TestDoor:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_takes_posts_only(self, method: str) -> None:
        assert Client().generic(method, feeds.ADDRESS).status_code == 405

    def test_takes_json_only(self) -> None:
        assert Client().post(feeds.ADDRESS, {"batch": "x"}).status_code == 415

    def test_reads_nothing_too_large(self) -> None:
        assert error(post(b"x" * 1_000_001)) == (413, "too_large")

    def test_says_where_a_batch_is_wrong_and_nothing_of_what_is_in_it(self, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
        raw = batch((cast.member(), [], [letter(WORDS) | {"reply": WORDS}]))
        answer = post(raw)
        assert json.loads(answer.content) == {"error": "bad_batch", "why": "words_of_others", "at": "members[0].sent[0]"}
        assert WORDS not in caplog.text


class TestTake:
    def test_seals_what_was_written_at_once(self, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
        someone = cast.member()
        bring((someone, [], [letter(WORDS)]))
        [(sealed, wrapped)] = rows(someone, "letters_sent", "sealed, wrapped")
        assert WORDS.encode() not in bytes(sealed) + bytes(wrapped)
        everything = casting.rows(
            "SELECT string_agg(to_jsonb(sent)::text, '') FROM letters_sent AS sent WHERE member_id = %(id)s", id=someone.member_id
        )
        assert WORDS not in str(everything)
        assert WORDS.encode().hex() not in str(everything)
        assert WORDS not in caplog.text
        assert someone.number not in caplog.text

    def test_keeps_of_others_nothing_but_buckets_and_a_name_of_its_own(self, cast: Cast) -> None:
        one, other = cast.member(), cast.member()
        bring((one, [look("u-77", birth_year=1993, height_cm=174)], []), (other, [look("u-77")], []))
        [(ref, birth, height)] = rows(one, "letters_viewed", "other_ref, birth_from, height_from")
        [(elsewhere,)] = rows(other, "letters_viewed", "other_ref")
        assert (birth, height) == (1990, 170)
        assert bytes(ref) != bytes(elsewhere), "two members' rows can't be laid side by side"
        assert b"u-77" not in bytes(ref)

    def test_gives_everybody_a_place_that_stays(self, cast: Cast) -> None:
        someone = cast.member()
        bring((someone, [look("u-2", minutes_ago=9), look("u-1", minutes_ago=30)], []))
        bring((someone, [look("u-0", minutes_ago=90), look("u-1")], [letter("hi", "u-3")]))
        from hongxian.letters import naming

        key = naming.key()
        places = {bytes(ref): place for place, ref in rows(someone, "letters_other", "place, other_ref")}
        named = [
            places[naming.pseudonym_of(naming.hash_of(key, each), someone.member_id)] for each in ("u-1", "u-2", "u-0", "u-3")
        ]
        assert named == [1, 2, 3, 4]

    def test_drops_and_counts_what_belongs_to_nobody_here(self, cast: Cast) -> None:
        known = cast.member()
        raw = batch((known, [look()], []), ("+8613800138000", [look()], [letter(WORDS)]))
        answer = post(raw)
        assert json.loads(answer.content) == {"batch": raw["batch"], "repeated": False}, "the site isn't told who has a record"
        assert casting.rows("SELECT taken, dropped FROM letters_batch WHERE key = %(key)s", key=raw["batch"]) == [(1, 1)]

    @pytest.mark.parametrize("state", ["minor", "restricted", "deceased", "erased"])
    def test_takes_nothing_for_somebody_whose_record_is_not_live(self, cast: Cast, state: str) -> None:
        someone = cast.member(state=state)
        bring((someone, [look()], [letter(WORDS)]))
        assert rows(someone, "letters_viewed") == rows(someone, "letters_sent") == [(0,)]

    def test_a_second_time_changes_nothing(self, cast: Cast) -> None:
        someone = cast.member()
        raw = batch((someone, [look()], [letter(WORDS)]))
        assert post(raw).status_code == 202
        again = post(raw)
        assert (again.status_code, json.loads(again.content)["repeated"]) == (200, True)
        assert rows(someone, "letters_viewed") == rows(someone, "letters_sent") == [(1,)]

    def test_under_the_name_of_another_batch_is_refused(self, cast: Cast) -> None:
        first, other = batch((cast.member(), [look()], [])), batch((cast.member(), [look()], []))
        post(first)
        assert error(post(other | {"batch": first["batch"]})) == (409, "batch_changed")

    def test_many_times_at_once_is_taken_once(self, cast: Cast) -> None:
        someone = cast.member()
        raw = batch((someone, [look()], [letter(WORDS)]))
        start = threading.Barrier(6)

        def send(_number: int) -> int:
            start.wait(20)
            with portal_role():
                return post(raw).status_code

        with ThreadPoolExecutor(6) as pool:
            answers = sorted(pool.map(send, range(6)))
        assert answers == [200] * 5 + [202]
        assert rows(someone, "letters_viewed") == rows(someone, "letters_sent") == [(1,)]

    def test_leaves_a_trace_without_words(self, cast: Cast) -> None:
        someone = cast.member()
        bring((someone, [look()], [letter(WORDS)]))
        found = casting.traces(someone)
        assert [(each[0], each[1], each[3], each[6]) for each in found] == [
            ("letters.take", "letters", "allowed", ["own_viewed", "own_sent"])
        ]

    def test_too_often_is_refused(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(feed, "MOST_A_MINUTE", 0)
        someone = cast.member()
        assert error(post(batch((someone, [look()], [])))) == (429, "too_fast")
        assert rows(someone, "letters_viewed") == [(0,)]

    def test_a_hundred_numbers_are_within_the_keepers_budget(self, cast: Cast) -> None:
        """The portal's own account is 60 a minute; the feed's is another, and does not use that one up."""
        members: list[tuple[Someone | str, list[dict[str, Any]], list[dict[str, Any]]]] = [
            (f"+86138001380{n:02d}", [], []) for n in range(100)
        ]
        assert post(batch(*members)).status_code == 202

    def test_large_ones_are_taken_whole(self, cast: Cast) -> None:
        someone = cast.member()
        bring((someone, [look(f"u-{n}") for n in range(900)], [letter(f"{WORDS}{n}", f"u-{n}") for n in range(900)]))
        assert rows(someone, "letters_viewed") == rows(someone, "letters_sent") == [(900,)]
        assert rows(someone, "letters_other", "count(*), max(place)") == [(900, 900)]


class TestRole:
    """Even with statements of its own, the portal writes only for members whose number's hash it was given, and reads nothing."""

    def tried(self, statement: str, **values: Any) -> str:
        from django.db import DatabaseError, transaction

        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                return str(cursor.fetchall()) if cursor.description else f"{cursor.rowcount} rows"
        except DatabaseError as refused:
            return type(refused.__cause__).__name__

    def test_finds_nobody_without_a_hash(self, cast: Cast) -> None:
        cast.member()
        assert self.tried("SELECT * FROM portal_feed_home") == "[]"
        assert self.tried("SELECT * FROM portal_feed_other") == "[]"

    def test_writes_for_nobody_without_a_hash(self, cast: Cast) -> None:
        someone = cast.member()
        whom = {"city": someone.city_id, "id": someone.member_id}
        for statement in (
            "INSERT INTO portal_feed_viewed (city_id, member_id, other_ref, at, education, district, kept_until) VALUES (%(city)s, %(id)s, 'x', now(), '', '', now())",
            "INSERT INTO portal_feed_sent (city_id, member_id, other_ref, at, kek_id, wrapped, sealed, kept_until) VALUES (%(city)s, %(id)s, 'x', now(), 1, 'x', 'x', now())",
            "INSERT INTO portal_feed_other (city_id, member_id, place, other_ref) VALUES (%(city)s, %(id)s, 1, 'x')",
        ):
            assert self.tried(statement, **whom) == "WithCheckOptionViolation", statement

    def test_reads_nothing_of_what_it_wrote(self, cast: Cast) -> None:
        for view in ("portal_feed_viewed", "portal_feed_sent", "portal_feed_optout"):
            for statement in ("SELECT * FROM {}", "SELECT count(*) FROM {}", "UPDATE {} SET city_id = 0", "DELETE FROM {}"):
                assert self.tried(statement.format(view)) == "InsufficientPrivilege", (view, statement)

    def test_writes_no_trace_of_anybody_else(self, cast: Cast) -> None:
        for about in ("'desk', 'system', 0, 'letters'", "'portal', 'consultant', 0, 'letters'", "'portal', 'system', 7, 'letters'", "'portal', 'system', 0, 'outreach.call'"):  # fmt: skip
            statement = (
                "INSERT INTO portal_feed_trace (city_id, at, process, role, staff_id, purpose, action, ground, member_ids, fields, outcome,"
                f" reason) VALUES (0, now(), {about}, 'x', '', '{{}}', '{{}}', 'allowed', '')"
            )
            assert self.tried(statement) == "WithCheckOptionViolation", about


def portal_role() -> Any:
    """Another thread of the portal: its own connection."""
    from tests.conftest import signed_in_as

    return signed_in_as("portal")
