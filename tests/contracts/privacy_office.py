"""The addresses of the privacy office for test_urls.py: who gets which answer, and what has to be there for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hongxian.rights import complaining, incidents, requesting
from tests import cast as casting

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

REQUEST = "desk/requests/<int:city_id>/<int:request_id>/"
COMPLAINT = "desk/complaints/<int:city_id>/<int:complaint_id>/"
RECORD = "desk/persons/<int:city_id>/<int:record_id>/"
INCIDENT = "desk/incidents/<int:incident_id>/"
END = "desk/agreements/<int:agreement_id>/end/"
#                                no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
OFFICE = "302  302  403  403  403  403  403  403  403  403  403  {}  403  403  403"
BOTH = "302  302  403  403  403  403  403  403  403  403  {0}  {0}  403  403  403"
TABLE = {
    ("desk/requests/", "GET"): OFFICE.format(200),
    (REQUEST, "GET"): OFFICE.format(200),
    (REQUEST + "take/", "POST"): OFFICE.format(303),
    (REQUEST + "note/", "POST"): OFFICE.format(422),
    (REQUEST + "answer/", "POST"): OFFICE.format(422),
    (REQUEST + "decline/", "POST"): OFFICE.format(422),
    ("desk/complaints/", "GET"): "302  302  403  403  403  403  403  200  403  200  403  200  403  403  403",
    (COMPLAINT, "GET"): "302  302  403  403  403  403  403  200  403  404  403  200  403  403  403",
    (COMPLAINT + "comment/", "POST"): "302  302  403  403  403  403  403  422  403  404  403  422  403  403  403",
    (COMPLAINT + "close/", "POST"): OFFICE.format(422),
    ("desk/persons/", "GET"): OFFICE.format(200),
    (RECORD, "GET"): OFFICE.format(200),
    (RECORD + "state/", "POST"): OFFICE.format(422),
    (RECORD + "birth/", "POST"): OFFICE.format(422),
    ("desk/incidents/", "GET"): OFFICE.format(200),
    ("desk/incidents/new/", "GET"): OFFICE.format(200),
    ("desk/incidents/new/", "POST"): OFFICE.format(422),
    (INCIDENT, "GET"): OFFICE.format(200),
    (INCIDENT + "texts/", "POST"): OFFICE.format(422),
    (INCIDENT + "notified/", "POST"): OFFICE.format(409),
    (INCIDENT + "reported/", "POST"): OFFICE.format(409),
    (INCIDENT + "closed/", "POST"): OFFICE.format(409),
    (INCIDENT + "report.txt", "GET"): OFFICE.format(200),
    (INCIDENT + "people/<int:city_id>/", "GET"): OFFICE.format(200),
    ("desk/duties/", "GET"): BOTH.format(200),
    ("desk/duties/done/", "POST"): OFFICE.format(422),
    ("desk/agreements/", "GET"): BOTH.format(200),
    ("desk/agreements/sign/", "POST"): BOTH.format(422),
    (END, "POST"): BOTH.format(422),
}
FOREIGN = {key: "privacy_officer" for key in TABLE if "<int:" in key[0]} | {
    (COMPLAINT, "GET"): "zheng",
    (COMPLAINT + "comment/", "POST"): "zheng",
}
COMPLETE = {
    "note/": {"note": "x", "text": "x"},
    "answer/": {"text": "x"},
    "decline/": {"text": "x", "reason": "identity", "route": "court"},
    "comment/": {"text": "x"},
    "close/": {"text": "x"},
    "state/": {"to": "restricted", "why": "person"},
    "birth/": {"birth": "1990-01-01", "why": "person"},
    "texts/": dict.fromkeys(incidents.Texts.__slots__, "x"),
    "end/": {"why": "x"},
}
NAMES = ("request_id", "complaint_id", "record_id", "incident_id", "agreement_id")
NOBODYS = (2**53, 2**53 + 1, 2**53 + 2, 2**54, 2**80)


def plant(cast: Cast, member: Someone) -> dict[str, int]:
    """A request, a complaint about store East, a record, an incident and an agreement; their numbers. Acts as the desk."""
    by, now = cast.privacy_officer.actor(), casting.now()
    whose: dict[str, Any] = {"city_id": member.city_id, "member_id": member.member_id, "number_hash": None}
    request = requesting.open_request(by=by, **whose, kind="copy", text="x", now=now)
    scope = incidents.Scope(begins_at=now - timedelta(hours=1), ends_at=now, staff_id=cast.lan.staff_id)
    incident_id = incidents.open_incident(by=by, kind="leak", discovered_at=now, scope=scope, now=now)
    casting.insert_bare(
        "rights_affected",
        city_id=member.city_id,
        incident_id=incident_id,
        member_id=member.member_id,
        fields=["alias"],
        reads=1,
    )
    today = now.date()
    return {
        "request_id": request.request_id,
        "complaint_id": complained(cast, member, cast.east),
        "record_id": member.member_id,
        "incident_id": incident_id,
        "agreement_id": casting.insert(
            "org_agreement", store_id=cast.west, signed_on=today - timedelta(days=3), expires_on=today + timedelta(days=3)
        ),
    }


def complained(cast: Cast, member: Someone, store_id: int) -> int:
    """A complaint about a store; its number."""
    return complaining.open_complaint(
        by=cast.privacy_officer.actor(),
        city_id=member.city_id,
        member_id=member.member_id,
        number_hash=None,
        about="store",
        text="x",
        store_id=store_id,
        now=casting.now(),
    ).complaint_id


def others(cast: Cast, member: Someone, who: str) -> list[dict[str, int]]:
    """Five times ids that this person must not find: nobody's, and for a store's manager those about another store."""
    wanted = [dict.fromkeys(NAMES, number) for number in NOBODYS]
    if who == "zheng":
        wanted[1]["complaint_id"] = complained(cast, member, cast.west)
    return wanted
