"""What a drill knows beside the product's audit: what pages confirmed is there, once; the carrier got each text once, and none after a no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hongxian.cli import company, roles
from hongxian.outreach.gateways import signing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drills._carrier import Carrier
    from drills._people import Told
    from tests.cast import Cast, Someone

BY_KEY = {
    "outcome": "SELECT count(*) FROM outreach_call WHERE city_id = %(c)s AND request_key = %(k)s",
    "text": "SELECT count(*) FROM outreach_message WHERE city_id = %(c)s AND request_key = %(k)s",
    "call": "SELECT count(*) FROM outreach_placedcall WHERE city_id = %(c)s AND request_key = %(k)s",
    "visit": "SELECT count(*) FROM visits_visit WHERE city_id = %(c)s AND request_key = %(k)s",
    "import": "SELECT count(*) FROM intake_run WHERE city_id = %(c)s AND id = %(k)s AND state = 'done'",
}
NOES = ("no in the portal", "no by answer", "no to the consultant")
SUPPRESSED = "SELECT min(pg_xact_commit_timestamp(xmin)) FROM consent_suppression WHERE number_hash = ANY (%(h)s)"
CLAIMED = (
    "SELECT count(*) FROM pools_ledger WHERE city_id = %(c)s AND staff_id = %(s)s AND member_id = %(m)s AND move = 'claimed'"
)


def _rows(query: str, **values: Any) -> list[tuple[Any, ...]]:
    with company.site().connect(roles.OWNER) as owner:
        return owner.execute(query.encode(), values).fetchall()


def lost(cast: Cast, told: Told, members: dict[int, Someone]) -> Iterator[str]:
    """What a page said was done and isn't, or was done twice."""
    for what, query in BY_KEY.items():
        for key in told.keys.get(what, []):
            [(count,)] = _rows(query, c=cast.city_id, k=key)
            if count != 1:
                yield f"✗ told: {what} {key} is there {count} times"
    for staff_id, member_id in told.keys.get("claim", []):
        if _rows(CLAIMED, c=cast.city_id, s=staff_id, m=member_id) == [(0,)]:
            yield f"✗ told: staff {staff_id} claimed member {member_id}; the ledger has no such line"
    for what in NOES:
        for member_id in told.keys.get(what, []):
            if member_id in members and _rows(SUPPRESSED, h=members[member_id].hashes) == [(None,)]:
                yield f"✗ told: {what} of member {member_id} is not in force"


def at_the_carrier(carrier: Carrier, members: dict[int, Someone], *, within: float) -> Iterator[str]:
    """What came in twice, what came in and waits or was dropped, and what came in after the number's no had committed."""
    by_number = {each.number: each for each in members.values()}
    for word, moments in carrier.taken.items():
        ref = signing.ref_in(word)
        if ref is None:
            continue
        if len(moments) > 1:
            yield f"✗ carrier: text {ref.id} came {len(moments)} times"
        found = _rows(
            "SELECT state FROM outreach_message WHERE city_id = %(c)s AND at = %(a)s AND id = %(i)s",
            c=ref.city_id,
            a=ref.at,
            i=ref.id,
        )
        if not found or found[0][0] in {"waiting", "handing", "dropped", "failed"}:
            yield f"✗ carrier: text {ref.id} came and is {found[0][0] if found else 'nowhere'}"
        someone = by_number.get(carrier.numbers[word])
        if someone is not None:
            [(said,)] = _rows(SUPPRESSED, h=someone.hashes)
            if said is not None and max(moments) > said.timestamp() + within:
                yield f"✗ carrier: text {ref.id} to member {someone.member_id} came after the no had committed"
