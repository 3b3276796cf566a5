"""/api/v1/: each thing once, by a key that is good for it, in the shape that is written down; the same answer whoever it is about."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from hongxian.api import partner_door
from hongxian.kernel.clock import day_of
from hongxian.outreach import refusing
from hongxian.partners import keeping
from tests.cast import Cast, now, private_keys, rows, run
from tests.conftest import signed_in_as
from tests.drawing import fresh_number
from tests.partnership import Partner, yes

if TYPE_CHECKING:
    from django.http import HttpResponse


OUTDATED = {"purpose": "outreach.call", "notice": "0" * 32, "given_on": "2026-01-01", "how": "ticked"}


def said(answer: HttpResponse) -> tuple[int, str, str]:
    told = json.loads(answer.content)
    return answer.status_code, told.get("error", ""), told.get("at", "")


def member(partner: Partner, number: str) -> tuple[Any, ...] | None:
    query = (
        "SELECT m.id, m.store_id, m.suppressed_at IS NOT NULL, m.contact_until, m.education, m.marital, m.source, m.intends"
        "  FROM members_number AS n JOIN members_member AS m ON m.city_id = n.city_id AND m.id = n.member_id"
        " WHERE n.number_hash = %(h)s"
    )
    found = rows(query, h=private_keys().hash_number(number)[0])
    return found[0] if found else None


def in_pool(partner: Partner, member_id: int) -> bool:
    query = "SELECT 1 FROM pools_entry WHERE city_id = %(c)s AND member_id = %(m)s"
    return bool(rows(query, c=partner.cast.city_id, m=member_id))


def refuse(number: str) -> None:
    from hongxian.kernel.actor import Actor

    with signed_in_as("worker"):
        by, hashes = Actor.system("test"), private_keys().hash_number(number)
        refusing.refuse_number(by=by, number_hashes=hashes, origin=f"test {uuid4()}", reason="refused", now=now())


class TestRegister:
    def test_makes_a_member_who_may_be_contacted(self, partner: Partner) -> None:
        number = fresh_number()
        body = partner.registration(number, education="bachelor", height_cm=168, district="静安区", occupation="教师")
        assert said(partner.post("registrations", body)) == (202, "", "")
        assert member(partner, number) is None, "the desk makes nobody"
        assert partner.work() == 1
        found = member(partner, number)
        assert found is not None
        assert (found[1], found[2], found[4], found[6]) == (partner.cast.east, False, "bachelor", "partner")
        assert found[3] is not None
        assert in_pool(partner, found[0])
        receipts = rows("SELECT purpose, evidence FROM consent_receipt WHERE member_id = %(m)s ORDER BY purpose", m=found[0])
        assert [purpose for purpose, _ in receipts] == ["outreach.call", "outreach.sms"]
        assert all(evidence.startswith("合作网站勾选同意") for _, evidence in receipts)

    def test_without_a_consent_makes_somebody_nobody_may_contact(self, partner: Partner) -> None:
        number, texts_only = fresh_number(), fresh_number()
        assert partner.post("registrations", partner.registration(number, consents=())).status_code == 202
        assert partner.post("registrations", partner.registration(texts_only, consents=("outreach.sms",))).status_code == 202
        partner.work()
        for each in (number, texts_only):
            found = member(partner, each)
            assert found is not None
            assert found[3] is None
            assert not in_pool(partner, found[0])

    def test_of_a_number_that_said_no_comes_in_suppressed(self, partner: Partner) -> None:
        number = fresh_number()
        refuse(number)
        assert partner.post("registrations", partner.registration(number)).status_code == 202
        partner.work()
        found = member(partner, number)
        assert found is not None
        assert found[2]
        assert not in_pool(partner, found[0])
        assert partner.states() == [("register", "done", "")]

    def test_of_somebody_married_comes_in_suppressed(self, partner: Partner) -> None:
        number = fresh_number()
        partner.post("registrations", partner.registration(number, marital="married"))
        partner.work()
        found = member(partner, number)
        assert found is not None
        assert found[2]

    def test_of_a_minor_is_refused_at_the_door(self, partner: Partner) -> None:
        born = day_of(now()) - timedelta(days=365 * 18 - 10)
        body = partner.registration(fresh_number(), birth=born.isoformat())
        assert said(partner.post("registrations", body)) == (422, "minor", "")
        assert partner.states() == []

    def test_says_the_same_to_every_number(self, partner: Partner) -> None:
        """New, known here, known elsewhere, suppressed, suppressed and never known: nothing but the id differs, then or later."""
        known, suppressed, elsewhere, new = fresh_number(), fresh_number(), fresh_number(), fresh_number()
        partner.cast.member(number=known)
        Cast().member(number=elsewhere)
        refuse(suppressed)
        answers, standings = set(), set()
        for number in (known, suppressed, elsewhere, new):
            answer = partner.post("registrations", partner.registration(number))
            told = json.loads(answer.content)
            headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name != "Content-Length"))
            answers.add((answer.status_code, tuple(told), headers))
            partner.work()
            standing = json.loads(partner.get(f"requests/{told['id']}").content)
            standings.add((standing["state"], standing["reason"], standing["kind"]))
        assert len(answers) == 1
        assert standings == {("done", "", "register")}

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"store": "ZZ9"}, (422, "store", "")),
            ({"extra": 1}, (422, "unknown_field", "")),
            ({"messages": [{"x": "在吗"}]}, (422, "not_here", "")),
            ({"consents": [{"purpose": "outreach.call"}]}, (422, "missing_field", "consents[0].notice")),
            ({"consents": [OUTDATED]},
             (422, "notice_outdated", "consents[0].notice")),
            ({"consents": [OUTDATED | {"purpose": "matchmaking"}]}, (422, "invalid", "consents[0].purpose")),
        ],
    )  # fmt: skip
    def test_refuses_what_does_not_belong(self, partner: Partner, change: dict[str, Any], expected: tuple[int, str, str]) -> None:
        body = partner.registration(fresh_number()) | change
        assert said(partner.post("registrations", body)) == expected
        assert partner.states() == []

    @pytest.mark.parametrize(
        ("person", "expected"),
        [
            ({"number": "+862162001234"}, (422, "landline", "")),
            ({"number": "13800138000"}, (422, "invalid", "person.number")),
            ({"birth": "1990-02-31"}, (422, "invalid", "person.birth")),
            ({"birth": 0}, (422, "invalid", "person.birth")),
            ({"name": "打我13800138000"}, (422, "invalid", "person.name")),
            ({"occupation": "在吗？\n我喜欢你"}, (422, "invalid", "person.occupation")),
            ({"occupation": "很长" * 20}, (422, "invalid", "person.occupation")),
            ({"height_cm": "168"}, (422, "invalid", "person.height_cm")),
            ({"wechat": "x"}, (422, "unknown_field", "person")),
            ({"remark": "x"}, (422, "not_here", "person")),
            ({"viewed": []}, (422, "not_here", "person")),
        ],
    )
    def test_refuses_a_person_told_wrongly(
        self, partner: Partner, person: dict[str, Any], expected: tuple[int, str, str]
    ) -> None:
        assert said(partner.post("registrations", partner.registration(fresh_number()) | {
            "person": partner.registration(fresh_number())["person"] | person})) == expected  # fmt: skip

    def test_in_a_store_without_an_agreement_is_refused_then_and_later(self, partner: Partner) -> None:
        number = fresh_number()
        assert partner.post("registrations", partner.registration(number)).status_code == 202
        partner.cast.expire_agreement(partner.cast.east)
        assert said(partner.post("registrations", partner.registration(number))) == (422, "store", "")
        partner.work()
        assert partner.states() == [("register", "failed", "store")]
        assert member(partner, number) is None

    def test_in_a_store_of_another_city_is_refused(self, partner: Partner) -> None:
        body = partner.registration(fresh_number()) | {"store": f"{Cast().code}E"}
        assert said(partner.post("registrations", body)) == (422, "store", "")

    def test_keeps_nothing_of_the_person_where_the_desk_could_read_it(self, partner: Partner) -> None:
        number = fresh_number()
        partner.post("registrations", partner.registration(number), idem=number[1:])
        [(sealed, idem)] = rows("SELECT sealed, idem FROM partners_request WHERE partner_id = %(p)s", p=partner.partner_id)
        for plain in (number[1:].encode(), "欧阳".encode()):
            assert plain not in bytes(sealed)
            assert plain not in bytes(idem)
        partner.work()
        assert rows("SELECT sealed FROM partners_request WHERE partner_id = %(p)s", p=partner.partner_id) == [(None,)]


class TestIdempotency:
    def test_same_key_same_answer(self, partner: Partner) -> None:
        body, idem = partner.registration(fresh_number()), uuid4().hex
        first = partner.post("registrations", body, idem=idem)
        again = partner.post("registrations", json.dumps(body, indent=4), idem=idem)
        assert (first.status_code, first.content) == (again.status_code, again.content)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert partner.work() == 1
        assert partner.post("registrations", body, idem=idem).content == first.content
        assert partner.work() == 0

    def test_other_body_is_refused(self, partner: Partner) -> None:
        idem = uuid4().hex
        assert partner.post("registrations", partner.registration(fresh_number()), idem=idem).status_code == 202
        for path, body in (
            ("registrations", partner.registration(fresh_number())),
            ("events", {"number": fresh_number(), "type": "refused"}),
        ):
            assert said(partner.post(path, body, idem=idem)) == (409, "idempotency_key_used", "")

    def test_is_each_partners_own(self, partner: Partner) -> None:
        other, idem = Partner(partner.cast), uuid4().hex
        mine = partner.post("events", {"number": fresh_number(), "type": "intent"}, idem=idem)
        theirs = other.post("events", {"number": fresh_number(), "type": "intent"}, idem=idem)
        assert (mine.status_code, theirs.status_code) == (202, 202)
        assert partner.get(f"requests/{json.loads(mine.content)['id']}").status_code == 200
        assert said(other.get(f"requests/{json.loads(mine.content)['id']}"))[:2] == (404, "not_found")

    @pytest.mark.parametrize("idem", ["short", "x" * 65, "with space", "号" * 10])
    def test_needs_a_usable_key(self, partner: Partner, idem: str) -> None:
        body = {"number": fresh_number(), "type": "intent"}
        assert said(partner.post("events", body, idem=idem))[:2] == (422, "idempotency_key")

    def test_two_at_once_are_one(self, partner: Partner) -> None:
        """Eight at the same moment, on connections of their own: one effect, one answer."""
        body, idem, answers = partner.registration(fresh_number()), uuid4().hex, list[tuple[int, bytes]]()
        start = threading.Barrier(8)

        def bring() -> None:
            with signed_in_as("desk"):
                start.wait()
                answer = partner.post("registrations", body, idem=idem)
                answers.append((answer.status_code, answer.content))

        threads = [threading.Thread(target=bring) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 8
        assert {status for status, _ in answers} == {202}
        assert len(set(answers)) == 1
        assert len(partner.states()) == 1


class TestKeys:
    @pytest.mark.parametrize("key", ["", "x", "hx_1_" + "a" * 43, "hx_99999999999999999999_" + "a" * 43, "hx_1_", "钥"])
    def test_that_are_none_open_nothing(self, partner: Partner, key: str) -> None:
        answer = partner.post("registrations", partner.registration(fresh_number()), key=key.encode().decode("latin-1"))
        assert said(answer) == (401, "key", "")
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_open_what_they_are_good_for(self, partner: Partner) -> None:
        key = partner.new_key(scopes=("events",))
        assert said(partner.post("registrations", partner.registration(fresh_number()), key=key)) == (403, "scope", "")
        assert said(partner.post("consents", {"number": fresh_number(), "consents": [yes()]}, key=key)) == (403, "scope", "")
        assert partner.post("events", {"number": fresh_number(), "type": "intent"}, key=key).status_code == 202

    def test_that_were_ended_open_nothing_from_the_next_request_on(self, partner: Partner) -> None:
        assert partner.get("notices").status_code == 200
        number = int(partner.key.split("_")[1])
        by = partner.cast.operations.actor()
        keeping.end_key(by=by, partner_id=partner.partner_id, key_id=number, why="泄露", now=now())
        assert said(partner.get("notices")) == (401, "key", "")
        other = partner.new_key()
        keeping.end(by=by, partner_id=partner.partner_id, why="合作终止", now=now())
        assert said(partner.get("notices", key=other)) == (401, "key", "")

    def test_that_have_run_out_open_nothing(self, partner: Partner) -> None:
        run(
            "UPDATE partners_key SET expires_on = %(d)s WHERE partner_id = %(p)s",
            d=day_of(now()) - timedelta(days=1),
            p=partner.partner_id,
        )
        assert said(partner.get("notices")) == (401, "key", "")

    def test_are_kept_as_a_hash(self, partner: Partner) -> None:
        secret = partner.key.split("_", 2)[2]
        kept = rows("SELECT row_to_json(k)::text FROM partners_key AS k WHERE partner_id = %(p)s", p=partner.partner_id)
        assert secret not in str(kept)

    def test_that_are_tried_too_often_are_turned_away_unread_and_others_are_not(self, partner: Partner) -> None:
        bad = partner.key[:-5] + "AAAAA"
        found = [partner.get("notices", key=bad).status_code for _ in range(partner_door.WRONG_A_MINUTE + 3)]
        assert found == [401] * partner_door.WRONG_A_MINUTE + [429] * 3
        assert partner.get("notices", key=partner.new_key()).status_code == 200


class TestLimits:
    def test_hold_within_a_minute_over_all_processes(self, partner: Partner) -> None:
        key = partner.new_key(a_minute=10)
        found = [partner.post("events", {"number": fresh_number(), "type": "intent"}, key=key).status_code for _ in range(11)]
        if now().second > 1:  # the minute may have turned in between
            assert found == [202] * 10 + [429]
        answer = partner.get("stores", key=key)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60

    def test_hold_among_many_at_once(self, partner: Partner) -> None:
        key, answers, start = partner.new_key(a_minute=10), list[int](), threading.Barrier(6)

        def bring() -> None:
            with signed_in_as("desk"):
                start.wait()
                answers.extend(
                    partner.post("events", {"number": fresh_number(), "type": "intent"}, key=key).status_code for _ in range(5)
                )

        threads = [threading.Thread(target=bring) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers.count(202) in {10, 20}  # 20 where the minute turned in between
        assert answers.count(202) + answers.count(429) == 30


class TestBody:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("", (415, "content_type")),
            ("{", (400, "not_json")),
            ("[" * 5_000, (400, "not_json")),
            ('{"number": "+8613800138000", "number": "+8613800138001", "type": "intent"}', (400, "not_json")),
            ('{"number": NaN}', (400, "not_json")),
            ("[]", (422, "invalid")),
            ("null", (422, "invalid")),
            ('{"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}}', (422, "too_deep")),
            ('{"number": "+8613800138000", "type": "intent", "Chat": "hi"}', (422, "not_here")),
            ('{"number": "+8613800138000", "type": "intent", "x": {"from": "hi"}}', (422, "not_here")),
            (b'{"number": "\xff"}', (400, "not_json")),
            ('{"number": "\\ud800", "type": "intent"}', (422, "invalid")),
        ],
    )
    def test_that_is_none_is_refused(self, partner: Partner, body: Any, expected: tuple[int, str]) -> None:
        assert said(partner.post("events", body))[:2] == expected
        assert partner.states() == []

    def test_is_json_and_short(self, partner: Partner) -> None:
        long = {"number": fresh_number(), "type": "intent", "x": "x" * 20_000}
        assert said(partner.post("events", long))[:2] == (413, "too_large")
        answer = partner.client.post(
            "/api/v1/events", {"number": "1"}, headers={"Authorization": f"Bearer {partner.key}", "Idempotency-Key": uuid4().hex}
        )
        assert said(answer)[:2] == (415, "content_type")  # type: ignore[arg-type] # Django's test response

    def test_is_never_quoted_back(self, partner: Partner) -> None:
        body = partner.registration(fresh_number(), name="13800138000", occupation="秘密的话\n", secret_field="秘密")
        answer = partner.post("registrations", body)
        for quoted in ("13800138000", "秘密的话", "秘密", "secret_field"):
            assert quoted not in answer.content.decode()


class TestReading:
    def test_notices_are_those_in_force(self, partner: Partner) -> None:
        told = {each["purpose"]: each for each in json.loads(partner.get("notices").content)}
        assert told["outreach.call"]["notice"] == yes("outreach.call")["notice"]
        assert "九点到二十一点" in told["outreach.call"]["zh"]

    def test_stores_are_the_citys_own_that_may_take_people_in(self, partner: Partner) -> None:
        partner.cast.expire_agreement(partner.cast.west)
        assert json.loads(partner.get("stores").content) == [{"code": f"{partner.cast.code}E"}]

    def test_there_is_no_docs_page(self, partner: Partner) -> None:
        for path in ("docs", "", "redoc"):
            assert partner.client.get(f"/api/v1/{path}").status_code == 404

    def test_of_what_is_not_there_is_told_as_json(self, partner: Partner) -> None:
        assert said(partner.get("nothing"))[:2] == (404, "not_found")
        assert said(partner.get("requests/a/b"))[:2] == (404, "not_found")
        assert said(partner.get("requests/x"))[:2] == (422, "invalid")
        assert said(partner.get(f"requests/{uuid4()}"))[:2] == (404, "not_found")

    def test_the_description_takes_nothing_from_elsewhere(self, partner: Partner) -> None:
        answer = partner.client.get("/api/v1/openapi.json")
        assert answer.status_code == 200
        told = json.loads(answer.content)
        assert set(told["paths"]) == {
            f"/api/v1/{each}"
            for each in (
                *("registrations", "profiles", "consents", "withdrawals", "events", "notices", "stores"),
                "requests/{request_id}",
            )
        }
        for name, schema in told["components"]["schemas"].items():
            if name.endswith("In"):
                assert schema["additionalProperties"] is False, name
