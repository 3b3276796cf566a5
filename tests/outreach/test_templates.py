"""Templates: asked for by one, decided by another, one wording in use, nothing altered."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.outreach import templates, wordings
from tests import cast as stage

if TYPE_CHECKING:
    from tests.cast import Cast, Person

pytestmark = pytest.mark.usefixtures("desk")
GOOD = "{alias}您好，我是{consultant}，想和您约个时间。"


def ask(by: Person, *, body: str = GOOD, kind: str = "service", uses: tuple[str, ...] = ("hand",), name: str = "") -> int:
    chosen = name or f"模板 {secrets.token_hex(6)}"
    return templates.ask(by=by.actor(), name=chosen, kind=kind, uses=uses, body=body, now=stage.now())


def versions(cast: Cast, template_id: int) -> list[templates.VersionLine]:
    return templates.history(by=cast.operations.actor(), template_id=template_id)


def approve(by: Person, version_id: int) -> None:
    templates.decide(by=by.actor(), version_id=version_id, approve=True, why="", now=stage.now())


def changes(template_id: int) -> list[str]:
    found = stage.rows(
        "SELECT action FROM audit_change WHERE thing LIKE %(thing)s ORDER BY id", thing=f"template {template_id} %"
    )
    return [action.removeprefix("outreach.template.") for (action,) in found]


class TestAsk:
    def test_nothing_is_sendable_before_another_has_approved(self, cast: Cast) -> None:
        number = ask(cast.zheng)
        [version] = versions(cast, number)
        assert (version.edition, version.state, version.asked_by) == (1, "asked", cast.zheng.staff_id)
        with pytest.raises(templates.NotInUse):
            templates.to_send(version_id=version.version_id)
        approve(cast.privacy_officer, version.version_id)
        found = templates.to_send(version_id=version.version_id, use="hand")
        assert (found.body, found.purpose) == (GOOD, "outreach.sms")
        with pytest.raises(templates.NotInUse):
            templates.to_send(version_id=version.version_id, use="campaign")
        assert changes(number) == ["ask", "approve"]

    def test_promotion_leaves_under_its_own_purpose(self, cast: Cast) -> None:
        number = ask(cast.zheng, body="{alias}，本周报名有优惠。", kind="promotion", uses=("campaign",))
        [version] = versions(cast, number)
        approve(cast.operations, version.version_id)
        assert templates.to_send(version_id=version.version_id).purpose == "outreach.promotion"

    def test_a_service_template_cannot_carry_promotion(self, cast: Cast) -> None:
        with pytest.raises(wordings.BadWording) as refusal:
            ask(cast.zheng, body="{alias}，本周有优惠。")
        assert refusal.value.at == 12

    @pytest.mark.parametrize("who", ["lan", "chen", "auditor", "fraud_desk", "trainer", "privacy_officer"])
    def test_others_may_not_ask(self, cast: Cast, who: str) -> None:
        with pytest.raises(NotAllowed):
            ask(cast.people[who])

    @pytest.mark.parametrize(
        ("name", "kind", "uses"), [("  ", "service", ("hand",)), ("好" * 31, "service", ("hand",)), ("x", "spam", ("hand",)), ("x", "service", ()), ("x", "service", ("hand", "all"))]
    )  # fmt: skip
    def test_a_template_has_a_name_a_kind_and_a_use(self, cast: Cast, name: str, kind: str, uses: tuple[str, ...]) -> None:
        with pytest.raises(templates.BadTemplate):
            templates.ask(by=cast.zheng.actor(), name=name, kind=kind, uses=uses, body=GOOD, now=stage.now())

    def test_a_name_is_taken_once(self, cast: Cast) -> None:
        name = f"模板 {secrets.token_hex(6)}"
        ask(cast.zheng, name=name)
        with pytest.raises(templates.NameTaken):
            ask(cast.operations, name=f" {name} ")


class TestDecide:
    def test_who_asks_never_decides(self, cast: Cast) -> None:
        number = ask(cast.operations)
        [version] = versions(cast, number)
        with pytest.raises(templates.OwnVersion):
            approve(cast.operations, version.version_id)
        assert versions(cast, number)[0].state == "asked"
        assert changes(number) == ["ask", "own_decision"]

    @pytest.mark.parametrize("who", ["zheng", "lan", "auditor"])
    def test_others_may_not_decide(self, cast: Cast, who: str) -> None:
        number = ask(cast.zheng)
        with pytest.raises(NotAllowed):
            approve(cast.people[who], versions(cast, number)[0].version_id)

    def test_a_no_says_why_and_is_final(self, cast: Cast) -> None:
        number = ask(cast.zheng)
        [version] = versions(cast, number)
        officer = cast.privacy_officer.actor()
        with pytest.raises(templates.NoReason):
            templates.decide(by=officer, version_id=version.version_id, approve=False, why=" ", now=stage.now())
        templates.decide(by=officer, version_id=version.version_id, approve=False, why="没有写清楚是谁", now=stage.now())
        assert versions(cast, number)[0].why == "没有写清楚是谁"
        with pytest.raises(templates.DecidedAlready):
            approve(cast.operations, version.version_id)
        with pytest.raises(NotFound):
            approve(cast.operations, 2**60)

    def test_a_new_version_takes_the_place_of_the_old(self, cast: Cast) -> None:
        number = ask(cast.zheng)
        [first] = versions(cast, number)
        approve(cast.operations, first.version_id)
        second = templates.ask_version(by=cast.zheng.actor(), template_id=number, body="{alias}您好。", now=stage.now())
        assert templates.to_send(version_id=first.version_id).edition == 1, "the old one goes on meanwhile"
        with pytest.raises(templates.WaitsAlready):
            templates.ask_version(by=cast.operations.actor(), template_id=number, body=GOOD, now=stage.now())
        approve(cast.privacy_officer, second)
        with pytest.raises(templates.NotInUse):
            templates.to_send(version_id=first.version_id)
        states = [(each.edition, each.state, each.retirer != "") for each in versions(cast, number)]
        assert states == [(2, "approved", False), (1, "retired", True)]

    def test_reads_the_wording_again(self, cast: Cast) -> None:
        """What came in before the list had the word, or by another way, is not approved."""
        number = ask(cast.zheng)
        stage.run("UPDATE outreach_version SET body = '本周有优惠' WHERE template_id = %(id)s", id=number)
        with pytest.raises(wordings.BadWording):
            approve(cast.operations, versions(cast, number)[0].version_id)

    def test_two_at_once_decide_once(self, cast: Cast) -> None:
        from tests.conftest import signed_in_as

        number = ask(cast.zheng)
        [version] = versions(cast, number)
        ends: list[str] = []
        start = threading.Barrier(2)

        def press(who: Person) -> None:
            with signed_in_as("desk"):
                by = who.actor()
                start.wait()
                try:
                    templates.decide(by=by, version_id=version.version_id, approve=True, why="", now=stage.now())
                    ends.append("done")
                except templates.DecidedAlready:
                    ends.append("late")

        presses = [threading.Thread(target=press, args=(who,)) for who in (cast.operations, cast.privacy_officer)]
        for each in presses:
            each.start()
        for each in presses:
            each.join()
        assert sorted(ends) == ["done", "late"]


class TestRetire:
    def test_nothing_is_sent_with_it_any_more(self, cast: Cast) -> None:
        number = ask(cast.zheng)
        [version] = versions(cast, number)
        approve(cast.operations, version.version_id)
        with pytest.raises(templates.NoReason):
            templates.retire(by=cast.operations.actor(), template_id=number, why="", now=stage.now())
        with pytest.raises(NotAllowed):
            templates.retire(by=cast.zheng.actor(), template_id=number, why="旧了", now=stage.now())
        templates.retire(by=cast.operations.actor(), template_id=number, why="旧了", now=stage.now())
        assert version.version_id not in {each.version_id for each in templates.sendable(use="hand")}
        with pytest.raises(templates.NotInUse):
            templates.retire(by=cast.operations.actor(), template_id=number, why="旧了", now=stage.now())

    def test_the_database_itself_holds_to_the_second_person(self, cast: Cast) -> None:
        from psycopg.errors import CheckViolation

        number = ask(cast.zheng)
        with pytest.raises(CheckViolation):
            stage.run(
                "UPDATE outreach_version SET state = 'approved', decided_by = asked_by WHERE template_id = %(id)s", id=number
            )
