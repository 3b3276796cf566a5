"""/desk/digest/: which groups get the hourly digest, and how the last one went. The address goes in and is shown to nobody again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.desk import door
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.org import staffing
from hongxian.reports import channels, digests

if TYPE_CHECKING:
    from django.http import HttpResponse

    from hongxian.org.queries import StoreRow


class ChannelForm(forms.Form):
    """A new channel; whether they fit, the operation says."""

    team = forms.IntegerField(required=False, min_value=1, max_value=door.LARGEST)
    address = forms.CharField(required=False, max_length=300)
    secret = forms.CharField(required=False, max_length=200)
    why = forms.CharField(required=False, max_length=400)


class StoreForm(forms.Form):
    """Operations choose a store."""

    store = forms.IntegerField(required=False, min_value=1, max_value=door.LARGEST)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.REPORTS_DIGEST_SET)
def digest(request: door.DeskRequest) -> HttpResponse:
    """The store's channels; POST adds one."""
    store = _store(request)
    if request.method == "GET":
        return _page(request, store)
    form = ChannelForm(request.POST)
    if not form.is_valid():
        return _page(request, store, channels.BadChannel())
    given = form.cleaned_data
    try:
        channels.add(
            by=request.actor,
            store_id=store.store_id if store else None,
            team_id=given["team"],
            address=given["address"],
            secret=given["secret"],
            why=given["why"],
            now=request.now,
        )
    except (channels.BadChannel, channels.AlreadyThere) as refusal:
        return _page(request, store, refusal)
    messages.success(request, _("已添加；下一个整点后发第一份。"))
    return _back(request, store)


@require_POST
@door.staff_page(Permission.REPORTS_DIGEST_SET)
def turn(request: door.DeskRequest, channel_id: int) -> HttpResponse:
    """停用 or 启用, with a reason."""
    store = _store(request)
    active = request.POST.get("active") == "1"
    try:
        channels.turn(
            by=request.actor,
            store_id=store.store_id if store else None,
            channel_id=channel_id,
            active=active,
            why=request.POST.get("why", ""),
            now=request.now,
        )
    except NotAllowed:
        raise
    except channels.BadChannel as refusal:
        return _page(request, store, refusal)
    messages.success(request, _("已启用。") if active else _("已停用。"))
    return _back(request, store)


def _store(request: door.DeskRequest) -> StoreRow | None:
    form = StoreForm(request.GET)
    if not form.is_valid():
        raise NotFound
    return channels.store_of(by=request.actor, store_id=form.cleaned_data["store"])


def _back(request: door.DeskRequest, store: StoreRow | None) -> HttpResponse:
    chosen = f"?store={store.store_id}" if store and request.actor.role == Role.OPERATIONS else ""
    return door.redirect(f"/desk/digest/{chosen}")


def _page(request: door.DeskRequest, store: StoreRow | None, refusal: Refusal | None = None) -> HttpResponse:
    everywhere = request.actor.role == Role.OPERATIONS
    context = {
        "store": store,
        "stores": org.stores() if everywhere else [],
        "query": f"?store={store.store_id}" if store and everywhere else "",
        "channels": channels.listing(by=request.actor, store_id=store.store_id) if store else [],
        "teams": staffing.teams(store_id=store.store_id) if store else [],
        "asked": request.POST if refusal else {},
        "refusal": refusal.message if refusal else "",
        "longest": channels.LONGEST_WHY,
        "first": digests.FIRST_HOUR,
        "last": digests.END_HOUR,
    }
    return door.render(request, "desk/digest/digest.html", context, status=refusal.status if refusal else 200)
