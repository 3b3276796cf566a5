"""A visit from the booking on the member's page to the forecast, and a contract, as their people meet them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from hongxian.kernel.clock import COMPANY_ZONE, day_of, start_of
from hongxian.visits.forecasting import saturday_of
from tests import cast as casting
from tests.contracts.visit_pages import cast_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast, Someone

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en"), (False, "zh-hans"), (True, "en")])


def weekends(cast: Cast, rooms: list[int]) -> None:
    """Thirty of them, each a little different."""
    dice, saturday, now, number = random.Random(6), saturday_of(day_of(casting.now())), casting.now(), 0
    for week in range(31):
        for day in (saturday - timedelta(weeks=week), saturday - timedelta(weeks=week) + timedelta(days=1)):
            for room, person in zip(rooms, (cast.lan, cast.mei, cast.liu), strict=True):
                for hour in (10, 12, 14, 16, 18):
                    begins, booked = (
                        start_of(day) + timedelta(hours=hour),
                        now - timedelta(weeks=week, hours=dice.randint(-20, 90)),
                    )
                    if dice.random() < 0.35 or booked > min(now, begins):
                        continue
                    number += 1
                    state = "booked" if begins > now else dice.choice(["arrived", "arrived", "no_show"])
                    settled = {} if state == "booked" else {"settled_at": begins, "settled_by": person.staff_id}
                    settled |= {"arrived_at": begins} if state == "arrived" else {}
                    casting.insert(
                        "visits_visit",
                        city_id=cast.city_id,
                        store_id=cast.east,
                        room_id=room,
                        member_id=100_000_000 + number,
                        staff_id=person.staff_id,
                        begins=begins,
                        ends=begins + timedelta(minutes=75),
                        state=state,
                        booked_at=booked,
                        request_key=uuid4(),
                        **settled,
                    )


def visit_now(cast: Cast, someone: Someone, room: int) -> None:
    """Somebody who is expected just now."""
    begins = casting.now() - timedelta(minutes=5)
    casting.insert(
        "visits_visit",
        city_id=cast.city_id,
        store_id=cast.east,
        room_id=room,
        member_id=someone.member_id,
        staff_id=cast.lan.staff_id,
        begins=begins,
        ends=begins + timedelta(hours=1),
        state="booked",
        booked_at=begins - timedelta(days=1),
        request_key=uuid4(),
    )


@ON
def test_a_visit_is_booked_confirmed_received_and_forecast(
    people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str
) -> None:
    rooms = [cast_room(people) for _ in range(3)]
    someone, expected = people.member(held_by=people.lan), people.member(held_by=people.lan)
    weekends(people, rooms)
    visit_now(people, expected, cast_room(people))
    consultant = visit(phone=phone, language=language)
    consultant.sign_in(people.lan)
    consultant.open(f"/desk/member/{someone.city_id}/{someone.member_id}/")
    page = consultant.page
    weekday = day_of(casting.now()) + timedelta(days=8)
    weekday -= timedelta(days=max(0, weekday.weekday() - 4))
    at = datetime.combine(weekday, datetime.min.time(), COMPANY_ZONE) + timedelta(hours=14)
    page.fill("#visit-at", at.strftime("%Y-%m-%dT%H:%M"))
    page.locator("#visits button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    consultant.look(f"visit-booked-{language}")
    assert casting.rows("SELECT state::text FROM visits_visit WHERE member_id = %(m)s", m=someone.member_id) == [("booked",)]
    page.locator("#visits a").click()
    page.wait_for_load_state("networkidle")
    page.locator("form[action$='/confirm/'] button").click()
    page.wait_for_load_state("networkidle")
    consultant.look(f"visit-day-{language}")
    consultant.open("/desk/visits/")
    page.locator("form[action$='/arrive/'] button").first.click()
    page.wait_for_load_state("networkidle")
    consultant.look(f"visit-arrived-{language}")
    assert casting.rows("SELECT state::text FROM visits_visit WHERE member_id = %(m)s", m=expected.member_id) == [("arrived",)]
    manager = visit(phone=phone, language=language)
    manager.sign_in(people.zheng)
    manager.open(f"/desk/visits/?view=week&day={saturday_of(day_of(casting.now())).isoformat()}")
    manager.look(f"visit-week-{language}")
    assert someone.alias not in manager.page.content()
    manager.open("/desk/visits/forecast/")
    manager.page.locator("[data-chart] canvas").first.wait_for(state="attached")
    manager.page.wait_for_timeout(500)
    manager.look(f"visit-forecast-{language}")
    manager.open("/desk/visits/rooms/")
    manager.page.fill("#name", "海棠")
    manager.page.locator("main form[action='/desk/visits/rooms/'] button").click()
    manager.page.wait_for_load_state("networkidle")
    manager.look(f"visit-rooms-{language}")


@ON
def test_a_contract_is_filed_compared_and_opens_what_it_may(
    people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str
) -> None:
    someone = people.member(held_by=people.lan, consents=(*casting.CONTACT, "matchmaking"))
    people.seal(someone, criteria="性格温和，一起爬山。")
    consultant = visit(phone=phone, language=language)
    consultant.sign_in(people.lan)
    consultant.open(f"/desk/member/{someone.city_id}/{someone.member_id}/")
    page = consultant.page
    page.locator("#contracts summary").click()
    page.fill("#contract-amount", "6980")
    page.fill("#contract-ends", (day_of(casting.now()) + timedelta(days=183)).isoformat())
    consultant.look(f"contract-form-{language}")
    page.locator("#contracts form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    consultant.look(f"contract-filed-{language}")
    manager = visit(phone=phone, language=language)
    manager.sign_in(people.zheng)
    manager.open("/desk/contracts/")
    manager.look(f"contracts-waiting-{language}")
    assert someone.alias not in manager.page.content()
    manager.page.locator("form[action$='/sign/'] button").click()
    manager.page.wait_for_load_state("networkidle")
    manager.look(f"contracts-{language}")
    consultant.open("/desk/contracts/")
    page.locator("main a[href$='/profile/']").click()
    page.wait_for_load_state("networkidle")
    consultant.look(f"contract-profile-{language}")
    assert someone.name in page.content()
    seller = visit(phone=phone, language=language)
    seller.sign_in(people.operations)
    seller.open("/desk/packages/")
    seller.look(f"packages-{language}")
