"""The addresses of visits, contracts and packages for test_urls.py: who gets which answer, and what has to be there for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from hongxian.kernel.clock import day_of
from tests import cast as casting

if TYPE_CHECKING:
    from tests.cast import Cast, Person, Someone

MEMBER = "desk/member/<int:city_id>/<int:member_id>/"
VISIT = "desk/visits/<int:city_id>/<int:visit_id>/"
CONTRACT = "desk/contracts/<int:city_id>/<int:contract_id>/"
#                                    no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
STORE = "302  302  {0}  403  200  200  {1}  200  200  200  403  403  403  403  403"
OWN = "302  302  302  403  {0}  404  403  403  404  403  403  403  403  403  403"
RECEIVE = "302  302  302  403  {0}  404  403  {0}  404  404  403  403  403  403  403"
DECIDE = "302  302  403  403  403  403  403  {0}  403  404  403  403  403  403  403"
ROOMS = "302  302  403  403  403  403  403  {0}  403  {1}  403  403  403  403  403"
SELL = "302  302  403  403  403  403  403  403  403  403  {0}  403  403  403  403"
TABLE = {
    (MEMBER + "centre/", "GET"): OWN.format(200),
    (MEMBER + "visit/", "POST"): OWN.format(422),
    (MEMBER + "contract/", "POST"): OWN.format(422),
    (MEMBER + "profile/", "GET"): "302  302  302  403  404  404  403  403  404  403  403  403  403  403  403",
    ("desk/visits/", "GET"): STORE.format(302, 200),
    ("desk/visits/forecast/", "GET"): "302  302  403  403  403  403  200  200  403  200  403  403  403  403  403",
    ("desk/visits/rooms/", "GET"): ROOMS.format(200, 200),
    ("desk/visits/rooms/", "POST"): ROOMS.format(422, 422),
    ("desk/visits/rooms/<int:room_id>/close/", "POST"): ROOMS.format(409, 404),
    (VISIT + "confirm/", "POST"): RECEIVE.format(409),
    (VISIT + "arrive/", "POST"): RECEIVE.format(409),
    (VISIT + "no-show/", "POST"): RECEIVE.format(409),
    (VISIT + "cancel/", "POST"): RECEIVE.format(422),
    ("desk/contracts/", "GET"): "302  302  302  403  200  200  403  200  200  200  403  403  403  403  403",
    (CONTRACT + "sign/", "POST"): DECIDE.format(409),
    (CONTRACT + "decline/", "POST"): DECIDE.format(422),
    (CONTRACT + "cancel/", "POST"): DECIDE.format(422),
    ("desk/packages/", "GET"): SELL.format(200),
    ("desk/packages/", "POST"): SELL.format(422),
    ("desk/packages/<int:package_id>/close/", "POST"): SELL.format(422),
}
FOREIGN = {
    (MEMBER + "centre/", "GET"): "lan",
    (MEMBER + "visit/", "POST"): "lan",
    (MEMBER + "contract/", "POST"): "lan",
    (MEMBER + "profile/", "GET"): "lan",
    ("desk/visits/rooms/<int:room_id>/close/", "POST"): "zheng",
    **{(VISIT + act, "POST"): "lan" for act in ("confirm/", "arrive/", "no-show/", "cancel/")},
    **{(CONTRACT + act, "POST"): "zheng" for act in ("sign/", "decline/", "cancel/")},
    ("desk/packages/<int:package_id>/close/", "POST"): "operations",
}
KEY = "6f1c3c9e-0000-4000-8000-000000000004"
COMPLETE = {"visit/": {"at": "2020-01-01T10:00", "minutes": "60", "request_key": KEY}}
NOBODYS = {"visit_id": 2**53, "contract_id": 2**53, "room_id": 2**53, "package_id": 2**53}


def plant(cast: Cast, member: Someone) -> dict[str, int]:
    """A room with a visit still to come, a visit that was called off, and a contract that was declined; 兰's."""
    room = cast_room(cast)
    someone = cast.member(held_by=cast.lan)
    book(cast, someone, cast.lan, room, state="booked")
    return {
        "room_id": room,
        "visit_id": book(cast, someone, cast.lan, room, state="cancelled"),
        "contract_id": contract(cast, someone, cast.lan, state="declined"),
        "package_id": a_package(),
    }


def others(cast: Cast, elsewhere: Cast, who: str) -> list[dict[str, int]]:
    """Another store's, a colleague's, another city's, and numbers that are nobody's."""
    west = cast_room(cast, cast.west)
    theirs = cast.member(held_by=cast.wu, west=True)
    far = elsewhere.member(held_by=elsewhere.lan)
    west_visit = book(cast, theirs, cast.wu, west, state="cancelled", store_id=cast.west)
    far_room = cast_room(elsewhere)
    one = {
        "visit_id": west_visit,
        "contract_id": contract(cast, theirs, cast.wu, state="declined", store_id=cast.west),
        "room_id": west,
    }
    other = {
        "city_id": elsewhere.city_id,
        "visit_id": book(elsewhere, far, elsewhere.lan, far_room, state="cancelled"),
        "contract_id": contract(elsewhere, far, elsewhere.lan, state="declined"),
        "room_id": far_room,
    }
    return [NOBODYS, NOBODYS | one, NOBODYS | other, NOBODYS | one, NOBODYS]


def cast_room(cast: Cast, store_id: int = 0) -> int:
    store_id = store_id or cast.east
    name = f"房 {uuid4().hex[:6]}"
    room: int = casting.insert("visits_room", city_id=cast.city_id, store_id=store_id, name=name, made_at=casting.now())
    return room


def book(cast: Cast, someone: Someone, by: Person, room: int, *, state: str, days: int = 1, store_id: int = 0) -> int:
    now = casting.now()
    begins = now + timedelta(days=days)
    over = {"cancelled_at": now, "cancelled_by": by.staff_id, "why": "member"} if state == "cancelled" else {}
    visit: int = casting.insert(
        "visits_visit",
        city_id=cast.city_id,
        store_id=store_id or cast.east,
        room_id=room,
        member_id=someone.member_id,
        staff_id=by.staff_id,
        begins=begins,
        ends=begins + timedelta(hours=1),
        state=state,
        booked_at=now,
        request_key=uuid4(),
        **over,
    )
    return visit


def contract(cast: Cast, someone: Someone, by: Person, *, state: str = "filed", store_id: int = 0) -> int:
    now = casting.now()
    decided = {} if state == "filed" else {"decided_at": now, "decided_by": cast.zheng.staff_id}
    number: int = casting.insert(
        "sales_contract",
        city_id=cast.city_id,
        store_id=store_id or cast.east,
        staff_id=by.staff_id,
        member_id=someone.member_id,
        package_id=a_package(),
        amount_fen=698_000,
        signed_on=day_of(now),
        ends_on=day_of(now) + timedelta(days=180),
        state=state,
        filed_at=now,
        request_key=uuid4(),
        **decided,
    )
    return number


def a_package() -> int:
    return int(casting.rows("SELECT min(id) FROM sales_package")[0][0])
