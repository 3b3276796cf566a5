"""/desk/reshuffle/: the monthly reshuffle of the cities' pools, for operations: how far it is, what it did, and beginning one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.pools import reshuffling

if TYPE_CHECKING:
    from django.http import HttpResponse


class BeginForm(forms.Form):
    """Which city, and why now."""

    city = forms.IntegerField(min_value=1)
    why = forms.CharField(max_length=reshuffling.LONGEST_WHY)


class NobodyThere(Refusal):
    """Nothing to reshuffle."""

    code = "desk.nobody_to_reshuffle"
    message = gettext_lazy("这个城市的公海里没有人。")


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.POOLS_CITY_RESHUFFLE)
def reshuffle(request: door.DeskRequest) -> HttpResponse:
    """The last year's; POST begins one."""
    if request.method == "GET":
        return _page(request, None)
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _page(request, reshuffling.WhyMissing())
    try:
        given = form.cleaned_data
        reshuffling.begin_now(by=request.actor, city_id=given["city"], why=given["why"], now=request.now)
    except NotAllowed:
        raise
    except NotFound:
        return _page(request, NobodyThere())
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("已开始重排，一百万位大约需要几分钟，认领照常。"))
    return door.redirect("/desk/reshuffle/")


def _page(request: door.DeskRequest, refusal: Refusal | None) -> HttpResponse:
    rows = reshuffling.reshuffles(by=request.actor, today=day_of(request.now))
    context = {
        "rows": rows,
        "running": [each for each in rows if each.ended_at is None],
        "cities": org.cities(),
        "refusal": refusal.message if refusal else "",
        "asked": request.POST if refusal else {},
    }
    return door.render(request, "desk/reshuffle/reshuffle.html", context, status=refusal.status if refusal else 200)
