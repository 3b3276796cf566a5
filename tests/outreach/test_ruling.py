"""The rule (规则): every reason it can give, one case each at least, and words for each in both languages."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from hongxian.members.models import State
from hongxian.outreach import gate, ruling
from hongxian.outreach.reasons import REASONS
from hongxian.portal import looks_words
from tests.outreach.rules import ME, NOON, OTHER, VERSION, ask, facts, reason

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
HOWS = (ruling.CALL, ruling.HAND, ruling.LIBRARY, ruling.CAMPAIGN, ruling.AUTOMATIC)
TEXTS = HOWS[1:]
BY_PEOPLE = HOWS[:3]


def ago(*days: float, by: int = OTHER) -> dict[str, Any]:
    """Calls so many days ago."""
    return {"calls": [NOON - DAY * each for each in sorted(days, reverse=True)], "callers": [by] * len(days)}


# (what, how, what is otherwise, the reason)
DENIED: list[tuple[str, tuple[str, ...], dict[str, Any], str]] = [
    ("a mark on the record", HOWS, {"marked": True}, "suppressed"),
    ("a no on the list", HOWS, {"said_no": True}, "suppressed"),
    ("nobody who works here", HOWS, {"role": ""}, "inactive"),
    ("a sender who has left", HOWS, {"active": False}, "inactive"),
    ("a manager's own call or text", BY_PEOPLE, {"role": "store_manager"}, "role"),
    ("an auditor's", BY_PEOPLE, {"role": "auditor"}, "role"),
    ("training that has lapsed", HOWS, {"trained": False}, "training"),
    ("an agreement that has run out", HOWS, {"agreement_live": False}, "agreement"),
    ("a pause", BY_PEOPLE, {"paused": True}, "paused"),
    ("somebody unknown", HOWS, {"known": False}, "no_such_member"),
    ("a sender of another city", HOWS, {"staff_city_id": 99}, "no_such_member"),
    ("no assessment", HOWS, {"assessed": False}, "purpose_not_assessed"),
    ("a template that waits", TEXTS, {"version_state": "asked"}, "template"),
    ("a template that was refused", TEXTS, {"version_state": "refused"}, "template"),
    ("a template that is retired", TEXTS, {"version_state": "retired"}, "template"),
    ("a template that is not there", TEXTS, {"version_state": "", "version_kind": ""}, "template"),
    ("promotion under service", TEXTS, {"version_kind": "promotion"}, "template"),
    ("nobody's holder", HOWS, {"grounds": []}, "no_ground"),
    ("a ground of another kind", HOWS, {"grounds": ["case", "push"]}, "no_ground"),
    *[
        (f"a campaign that is {state}", (ruling.CAMPAIGN,), {"campaign_state": state}, "campaign")
        for state in ("", "asked", "refused", "approved", "planning", "paused", "stopped", "done")
    ],
    ("a campaign of another text", (ruling.CAMPAIGN,), {"campaign_version_id": VERSION + 1}, "campaign"),
    ("a campaign to people whom nobody holds", (ruling.CAMPAIGN,), {"campaign_audience": "unheld"}, "held"),
    (
        "a campaign to people of other stores",
        (ruling.CAMPAIGN,),
        {"campaign_audience": "unheld", "held": False, "campaign_reaches": False},
        "out_of_reach",
    ),
    ("an assessment without the role", HOWS, {"roles": ["trainer"]}, "role_outside_purpose"),
    ("an assessment without the number", HOWS, {"fields": ["alias"]}, "field_not_assessed"),
    *[(f"somebody {state}", HOWS, {"state": state}, state) for state in State.values if state != "live"],
    ("no receipt", HOWS, {"receipt_id": None}, "no_consent"),
    ("a rest", HOWS, {"resting": True}, "resting"),
    ("a place that nobody knows", HOWS, {"timezone": ""}, "hours"),
    ("a place that isn't one", HOWS, {"timezone": "Mars/Olympus"}, "hours"),
    ("a place outside the list", HOWS, {"timezone": "../../etc/passwd"}, "hours"),
    ("three calls in thirty days", (ruling.CALL,), ago(1, 2, 29.9), "cap_month"),
    ("four texts in thirty days", TEXTS, {"texts": 4, "texts_lately": 4}, "cap_month"),
    ("calls filed, all of a lifetime's", HOWS, {"contacts": 24}, "cap_lifetime"),
    ("calls made, all of a lifetime's", HOWS, ago(*range(40, 64)), "cap_lifetime"),
    ("texts, all of a lifetime's", HOWS, {"texts": 24}, "cap_lifetime"),
    ("calls and texts together", HOWS, {"contacts": 12, "texts": 12}, "cap_lifetime"),
    ("the day's texts by hand", (ruling.HAND, ruling.LIBRARY), {"by_hand": 30}, "cap_day"),
]
ALLOWED: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("nothing in the way", HOWS, {}),
    ("a contract's holder", HOWS, {"grounds": ["contract"], "contract": True}),
    ("two calls in thirty days", (ruling.CALL,), ago(1, 2, 30.01)),
    ("three texts in thirty days", TEXTS, {"texts": 9, "texts_lately": 3}),
    ("many texts, for a call", (ruling.CALL,), {"texts": 4, "texts_lately": 4}),
    ("many calls, for a text", TEXTS, ago(1, 2, 3, 4)),
    ("a lifetime nearly spent", HOWS, {"contacts": 11, "texts": 12}),
    ("a lifetime spent, with a contract", HOWS, {"contacts": 99, "contract": True}),
    ("the day's last text by hand", (ruling.HAND, ruling.LIBRARY), {"by_hand": 29}),
    ("many texts by hand, for the system's", (ruling.CALL, ruling.CAMPAIGN, ruling.AUTOMATIC), {"by_hand": 300}),
    ("a call going on", (ruling.CALL,), ago(0.001, by=ME)),
    ("a pause, for what the system sends", (ruling.CAMPAIGN, ruling.AUTOMATIC), {"paused": True}),
    ("a manager's campaign", (ruling.CAMPAIGN,), {"role": "team_manager"}),
    (
        "a campaign to one whom nobody holds",
        (ruling.CAMPAIGN,),
        {"campaign_audience": "unheld", "held": False, "grounds": [], "role": "store_manager"},
    ),
]


def each(cases: list[Any]) -> list[Any]:
    return [pytest.param(how, *rest, id=f"{what}: {how}") for what, hows, *rest in cases for how in hows]


class TestReason:
    @pytest.mark.parametrize(("how", "changed", "expected"), each(DENIED))
    def test_is_given(self, how: str, changed: dict[str, Any], expected: str) -> None:
        assert reason(ask(how), facts(**changed)) == expected

    @pytest.mark.parametrize(("how", "changed"), each(ALLOWED))
    def test_is_not_given(self, how: str, changed: dict[str, Any]) -> None:
        assert reason(ask(how), facts(**changed)) == ""

    @pytest.mark.parametrize("how", HOWS)
    def test_is_given_for_a_purpose_that_is_not_in_use(self, how: str) -> None:
        assert reason(ask(how, known=None), facts()) == "purpose_not_live"

    @pytest.mark.parametrize("how", TEXTS)
    def test_is_given_for_a_field_outside_the_purpose(self, how: str) -> None:
        assert reason(ask(how, fields=("number", "note")), facts(fields=["number", "note"])) == "field_outside_purpose"

    @pytest.mark.parametrize("how", TEXTS)
    def test_is_given_for_a_service_template_that_carries_promotion(self, how: str) -> None:
        assert reason(ask(how, promotion=True), facts(version_kind="service")) == "template"
        assert reason(ask(how, promotion=True), facts(version_kind="promotion")) == ""

    @pytest.mark.parametrize("channel", ["", "fax"])
    def test_is_given_for_a_channel_without_a_cap(self, channel: str) -> None:
        """A cap that cannot be found is no cap of infinity."""
        assert reason(ask(ruling.HAND, channel=channel), facts()) == "cap_month"

    def test_goes_by_the_no_before_anything_else(self) -> None:
        everything = {key: value for _, _, changed, _ in DENIED for key, value in changed.items()}
        assert reason(ask(), facts(**everything)) == "suppressed"


class TestCallsCount:
    def test_once_while_one_goes_on(self) -> None:
        mine = [NOON - MINUTE * each for each in (14, 9, 1)]
        going_on = facts(calls=[NOON - 2 * DAY, NOON - DAY, *mine], callers=[OTHER, OTHER, ME, ME, ME])
        assert reason(ask(), going_on) == ""
        assert reason(ask(), facts(calls=going_on.calls, callers=[OTHER] * 5)) == "cap_month", "somebody else's is another"

    def test_anew_after_a_quarter_of_an_hour_however_strung_together(self) -> None:
        strung = [NOON - MINUTE * each for each in range(101, 16, -14)]
        assert reason(ask(), facts(calls=strung, callers=[ME] * len(strung))) == "cap_month"

    def test_is_no_way_past_a_spent_cap(self) -> None:
        calls = [NOON - 3 * DAY, NOON - 2 * DAY, NOON - DAY, NOON - MINUTE]
        assert reason(ask(), facts(calls=calls, callers=[OTHER] * 3 + [ME])) == "cap_month"


class TestProbe:
    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({"role": "", "active": False, "grounds": [], "held": False, "paused": True}, ""),
            ({"marked": True}, "suppressed"),
            ({"known": False}, "no_such_member"),
            ({"state": "minor", "receipt_id": None}, "minor"),
            ({"assessed": False}, "purpose_not_assessed"),
            ({"receipt_id": None, "resting": True}, "no_consent"),
            ({"resting": True, "contacts": 24}, "resting"),
            ({"contacts": 24}, "cap_lifetime"),
        ],
    )
    def test_looks_at_the_person_alone(self, changed: dict[str, Any], expected: str) -> None:
        assert reason(ask(ruling.PROBE, version_id=None), facts(**changed)) == expected


def codes() -> set[str]:
    """Every reason that stands in the rule's and the gate's own text, and the states of a record."""
    found = {state for state in State.values if state != "live"}
    for module in (ruling, gate):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and ast.unparse(function.returns or ast.Constant("")) == "str":
                backs = [back.value for back in ast.walk(function) if isinstance(back, ast.Return) and back.value is not None]
                found |= {code for back in backs for code in _codes_in(back)}
    return found


def _codes_in(value: ast.expr) -> set[str]:
    """`"a" if x == "b" else ""` gives "a", not "b"."""
    parts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
    texts = {leaf.value for part in parts for leaf in ast.walk(part) if isinstance(leaf, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and text.replace("_", "").isalpha()}


class TestWords:
    def test_are_there_for_every_reason(self) -> None:
        assert len(codes()) > 25
        assert codes() - set(REASONS) == set()

    def test_of_a_trace_are_there_for_the_person(self) -> None:
        assert codes() - {"no_such_member", "unknown_number"} - set(looks_words.REASONS) == set()

    def test_are_there_in_both_languages(self) -> None:
        with translation.override("zh-hans"):
            chinese = {code: str(REASONS[code]) for code in codes()}
        with translation.override("en"):
            english = {code: str(REASONS[code]) for code in codes()}
        assert [code for code in chinese if not any("一" <= letter <= "鿿" for letter in chinese[code])] == []
        assert [code for code in english if any("一" <= letter <= "鿿" for letter in english[code])] == []

    def test_every_reason_of_the_table_is_one_of_them_and_none_is_missing(self) -> None:
        """A reason that no case above brings about is one that nobody has seen."""
        tried = {expected for *_, expected in DENIED} | {"purpose_not_live", "field_outside_purpose"}
        assert codes() - tried == {"unknown_number"}, "the probe's: tests/outreach/test_probing.py"
        assert tried - codes() == set()
