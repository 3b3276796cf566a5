"""What the member's page shows of visits and contracts, and what its two forms need."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.permissions import Permission
from hongxian.sales import packages as selling
from hongxian.sales import queries as sales
from hongxian.visits import booking, queries, rooms

if TYPE_CHECKING:
    from hongxian.desk import door


def centre(request: door.DeskRequest, *, city_id: int, member_id: int) -> dict[str, object]:
    """Both."""
    return {
        **_visits(request, city_id=city_id, member_id=member_id),
        **_contracts(request, city_id=city_id, member_id=member_id),
    }


def _visits(request: door.DeskRequest, *, city_id: int, member_id: int) -> dict[str, object]:
    by = request.actor
    if not by.may(Permission.VISITS_VISIT_BOOK):
        return {"visits": None}
    known = queries.of_member(by=by, city_id=city_id, member_id=member_id, now=request.now)
    tomorrow = request.now.astimezone(COMPANY_ZONE) + timedelta(days=1)
    return {
        "visits": known,
        "visit_ahead": next((each for each in known if each.state in {"booked", "confirmed"}), None),
        "visit_rooms": [each for each in rooms.rooms_of(by=by) if each.open],
        "visit_lengths": booking.LENGTHS,
        "visit_key": uuid4(),
        "visit_at": tomorrow.strftime("%Y-%m-%dT14:00"),
        "visit_from": day_of(request.now).isoformat() + "T09:00",
    }


def _contracts(request: door.DeskRequest, *, city_id: int, member_id: int) -> dict[str, object]:
    if not request.actor.may(Permission.SALES_CONTRACT_FILE):
        return {"contracts": None}
    known = sales.of_member(by=request.actor, city_id=city_id, member_id=member_id, now=request.now)
    return {
        "contracts": known,
        "contract_open": next((each for each in known if each.state in {"filed", "signed"}), None),
        "packages": selling.packages(),
        "contract_key": uuid4(),
        "contract_today": day_of(request.now),
    }
