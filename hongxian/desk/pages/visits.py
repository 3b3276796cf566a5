"""/desk/visits/: a store's calendar by day and week, receiving, its rooms, and the weekend's forecast; booking is on the member's page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import calendars, charts, door
from hongxian.desk.pages import member
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.workdays import is_known, is_workday
from hongxian.org import queries as org
from hongxian.visits import booking, confirming, forecasting, queries, receiving, rooms

if TYPE_CHECKING:
    from hongxian.visits.forecasting import Weekend

HERE = "/desk/visits/"
SHOWN_FOR = timedelta(days=3 * 366)
DONE = {
    "confirm": lazily("已登记：会员确认会来。"),
    "arrive": lazily("已登记到店。"),
    "no-show": lazily("已登记未到。"),
    "cancel": lazily("已取消预约，房间和时间已空出。"),
}


class BookForm(forms.Form):
    """When, how long, which room."""

    at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    minutes = forms.TypedChoiceField(choices=[(each, each) for each in booking.LENGTHS], coerce=int)
    room = forms.IntegerField(required=False, min_value=1)
    request_key = forms.UUIDField()


@require_safe
@door.staff_page(Permission.VISITS_CALENDAR_READ)
def calendar(request: door.DeskRequest) -> HttpResponse:
    """The store's day, or with view=week its week."""
    return _calendar(request)


def _calendar(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    by, today = request.actor, day_of(request.now)
    asked = request.POST if refusal else request.GET
    day, week = _day(asked.get("day", ""), today), asked.get("view") == "week"
    first, days = (day - timedelta(days=day.weekday()), 7) if week else (day, 1)
    lines = queries.calendar(by=by, first=first, days=days, now=request.now)
    shown_rooms = [each for each in rooms.rooms_of(by=by) if each.open or each.room_id in {line.room_id for line in lines}]
    context: dict[str, object] = {
        "day": day,
        "first": first,
        "last": first + timedelta(days=days - 1),
        "today": today,
        "week": week,
        "before": first - timedelta(days=days),
        "after": first + timedelta(days=days),
        "lines": lines,
        "rooms": shown_rooms,
        "quarters": calendars.day_of_rooms(lines, shown_rooms) if shown_rooms and not week else [],
        "people": _people(request, lines, first) if week else [],
        "week_days": [first + timedelta(days=each) for each in range(7)],
        "takes_place": [line for line in lines if line.state != "no_show"],
        "city_code": _city_code(by.city_id),
        "me": by.staff_id,
        "all_mine": by.role == Role.STORE_MANAGER,
        "may_receive": by.may(Permission.VISITS_VISIT_RECEIVE),
        "may_keep": by.may(Permission.VISITS_ROOM_KEEP),
        "may_forecast": by.may(Permission.VISITS_FORECAST_READ),
        "reasons": receiving.REASONS,
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/visits/calendar.html", context, status=refusal.status if refusal else 200)


def _people(request: door.DeskRequest, lines: list[queries.VisitLine], first: date) -> list[calendars.Person]:
    if request.actor.store_id is None:
        raise NotFound
    people = org.consultants_of_store(store_id=request.actor.store_id, today=day_of(request.now))
    return calendars.week_of_people(lines, people, first)


def _day(text: str, otherwise: date) -> date:
    """What was asked for, where a store can have visits on it."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return asked if abs(asked - otherwise) <= SHOWN_FOR else otherwise


def _city_code(city_id: int) -> str:
    return next((city.code for city in org.cities() if city.city_id == city_id), "")


@require_POST
@door.staff_page(Permission.VISITS_VISIT_RECEIVE)
def receive(request: door.DeskRequest, city_id: int, visit_id: int, act: str) -> HttpResponse:
    """已确认, 已到店, 未到, 取消: by the consultant whose visit it is, or the store manager."""
    about: dict[str, Any] = {"by": request.actor, "city_id": city_id, "visit_id": visit_id, "now": request.now}
    try:
        if act == "cancel":
            receiving.cancel(**about, why=request.POST.get("why", ""))
        else:
            {"confirm": receiving.confirm, "arrive": receiving.arrive, "no-show": receiving.no_show}[act](**about)
    except (receiving.CannotReceive, booking.CannotBook) as refusal:
        return _calendar(request, refusal)
    messages.success(request, str(DONE[act]))
    back = _day(request.POST.get("day", ""), day_of(request.now))
    view = "&view=week" if request.POST.get("view") == "week" else ""
    return door.redirect(f"{HERE}?day={back.isoformat()}{view}")


@require_POST
@door.staff_page(Permission.VISITS_VISIT_BOOK)
def book(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """预约到店, from the member's page; the confirming text waits at the gate."""
    form = BookForm(request.POST)
    try:
        # Shape is looked at after the ground: who may not book is told nothing else.
        given = form.cleaned_data if form.is_valid() else None
        if given is None:
            booking.decide(
                by=request.actor,
                city_id=city_id,
                member_id=member_id,
                permission=Permission.VISITS_VISIT_BOOK,
                action="visits.book",
                now=request.now,
            )
            raise booking.BadTime
        arranged = confirming.arrange(
            by=request.actor,
            city_id=city_id,
            member_id=member_id,
            begins=given["at"],
            minutes=given["minutes"],
            room_id=given["room"],
            request_key=given["request_key"],
            now=request.now,
        )
    except booking.CannotBook as refusal:
        more: dict[str, object] = {"visit_refusal": refusal.message, "asked_visit": request.POST}
        return member.page(request, city_id, member_id, more, status=refusal.status)
    text = _("确认短信已排队，发出前还要过联系闸门。") if arranged.texted else _("没有发确认短信，请电话告知会员。")
    messages.success(request, f"{_('已预约到店。')}{text}")
    return door.redirect(f"/desk/member/{city_id}/{member_id}/#visits")


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.VISITS_ROOM_KEEP)
def store_rooms(request: door.DeskRequest) -> HttpResponse:
    """The store's rooms; POST opens one."""
    if request.method == "GET":
        return _rooms(request)
    try:
        rooms.open_room(by=request.actor, name=request.POST.get("name", ""), now=request.now)
    except rooms.BadRoom as refusal:
        return _rooms(request, refusal)
    messages.success(request, _("房间已启用。"))
    return door.redirect(f"{HERE}rooms/")


@require_POST
@door.staff_page(Permission.VISITS_ROOM_KEEP)
def close_room(request: door.DeskRequest, room_id: int) -> HttpResponse:
    """停用 a room for new visits."""
    try:
        rooms.close_room(by=request.actor, room_id=room_id, now=request.now)
    except NotAllowed:
        raise
    except rooms.StillBooked as refusal:
        return _rooms(request, refusal)
    messages.success(request, _("房间已停用。"))
    return door.redirect(f"{HERE}rooms/")


def _rooms(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "rooms": rooms.rooms_of(by=request.actor),
        "longest": rooms.LONGEST_NAME,
        "asked": request.POST.get("name", "") if refusal else "",
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/visits/rooms.html", context, status=refusal.status if refusal else 200)


@require_safe
@door.staff_page(Permission.VISITS_FORECAST_READ)
def forecast(request: door.DeskRequest) -> HttpResponse:
    """The coming weekend: a number with its range, and how the same forecast did on the weekends before."""
    whole, saturday, sunday = forecasting.coming(by=request.actor, now=request.now)
    context = {
        "whole": whole,
        "days": [saturday, sunday],
        "fewest": forecasting.FEWEST,
        "odd_days": [each for each in (saturday.first, sunday.first) if is_known(each) and is_workday(each)],
        "chart": _chart(whole),
    }
    return door.render(request, "desk/visits/forecast.html", context)


def _chart(weekend: Weekend) -> str:
    shown = [each for each in weekend.past if each.forecast is not None]
    labels = [f"{each.first.month}/{each.first.day}" for each in shown]
    ranges = [each.forecast for each in shown if each.forecast is not None]
    came: list[int | None] = [each.came for each in shown]
    if weekend.forecast is not None:
        labels.append(f"{weekend.first.month}/{weekend.first.day}")
        ranges.append(weekend.forecast)
        came.append(None)
    return charts.ranges(labels, [(each.low, each.high) for each in ranges], came, names=(_("预测区间"), _("实际到店")))
