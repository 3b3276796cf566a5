"""/desk/company/: cities, stores, agreements, teams and numbers of staff, for headquarters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.org import company as org

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@door.staff_page(Permission.ORG_COMPANY_READ)
def company(request: door.DeskRequest) -> HttpResponse:
    """Every store in one table; counts only."""
    today = day_of(request.now)
    stores = org.stores_of_company(by=request.actor, today=today)
    context = {
        "stores": stores,
        "cities": len({each.city_code for each in stores}),
        "teams": sum(each.teams for each in stores),
        "staff": sum(each.staff for each in stores),
        "untrained": sum(each.untrained for each in stores),
        "without_agreement": sum(not each.agreement_live for each in stores if each.active),
        "soon": {each.store_id for each in stores if each.ends_soon(today)},
    }
    return door.render(request, "desk/company/company.html", context)
