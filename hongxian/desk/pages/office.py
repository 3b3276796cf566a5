"""/desk/office/: headquarters' back office: the company's rules, from when they count, who set them and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel import workdays
from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.org import rule_changing, rule_history, rule_kinds, rules
from hongxian.org.rule_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse


NUMBER = re.compile(r"-?[0-9]{1,5}", re.ASCII)  # no rule's end is beyond it


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule may be set: "" the company, "city-3", "store-7"."""

    code: str
    name: str
    name_en: str
    own: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a rule as the form shows it."""

    name: str
    label: str | Promise
    unit: str | Promise
    least: int
    most: int
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """One rule on the front page."""

    key: str
    label: str | Promise
    told: tuple[tuple[str | Promise, str], ...]
    own: int  # cities and stores that have it their own way
    planned: int


class ChangeForm(forms.Form):
    """Where, from when and why; the numbers are read beside it."""

    place = forms.CharField(required=False, max_length=30)
    begins_on = forms.DateField(required=False)
    begins_at = forms.TimeField(required=False)
    why = forms.CharField(max_length=rule_changing.LONGEST_WHY)
    ends = forms.BooleanField(required=False)
    seen = forms.IntegerField(required=False)


@require_safe
@door.staff_page(Permission.ORG_OFFICE_READ)
def office(request: door.DeskRequest) -> HttpResponse:
    """Every rule with what counts now, and the newest changes."""
    changes = rule_history.changes(by=request.actor, now=request.now)
    known = rules.read()
    cards = [
        Card(
            key=kind.key,
            label=kind.label,
            told=_told(kind, known.value(kind.key, now=request.now)),
            own=sum(
                known.set_at(kind.key, place, request.now) is not None
                for place in known.places([kind.key])
                if place != rules.WHOLE_COMPANY
            ),
            planned=sum(each.planned for each in changes if each.key == kind.key),
        )
        for kind in KINDS.values()
    ]
    return door.render(
        request,
        "desk/office/office.html",
        {
            "cards": cards,
            "changes": [each for each in changes if each.who][:20],
            "runs": request.actor.may(Permission.ORG_OFFICE_RUN),
            "signs": request.actor.may(Permission.ORG_AGREEMENT_SIGN),
        },
    )


@require_safe
@door.staff_page(Permission.ORG_OFFICE_READ)
def history(request: door.DeskRequest) -> HttpResponse:
    """Every change of every rule, the newest first."""
    changes = rule_history.changes(by=request.actor, now=request.now)
    runs = request.actor.may(Permission.ORG_OFFICE_RUN)
    return door.render(request, "desk/office/history.html", {"changes": changes, "runs": runs})


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.ORG_OFFICE_READ)
def rule(request: door.DeskRequest, rule_key: str) -> HttpResponse:
    """One rule: what counts, where it is set apart, its history; POST sets it."""
    key = rule_key
    if key not in KINDS:
        raise NotFound
    if request.method == "GET":
        return _page(request, key, request.GET.get("place", ""), {}, status=200)
    request.actor.require(Permission.ORG_OFFICE_RUN)
    form = ChangeForm(request.POST)
    place = str(request.POST.get("place", ""))
    if not form.is_valid():
        return _page(request, key, place, {"refusal": _("请写明原因；日期要是日期。"), "form": request.POST}, status=422)
    try:
        city_id, store_id = _numbers(place)
        begins = _moment(form.cleaned_data)
        rule_changing.change(
            by=request.actor,
            key=key,
            city_id=city_id,
            store_id=store_id,
            value=None if form.cleaned_data["ends"] else _value(request, key, begins or request.now),
            effective_from=begins,
            why=form.cleaned_data["why"],
            now=request.now,
            seen=form.cleaned_data["seen"],
        )
    except (NotAllowed, NotFound):
        raise
    except rule_changing.ChangedMeanwhile as refusal:  # with what counts now, not with what was typed
        return _page(request, key, place, {"refusal": refusal.message}, status=refusal.status)
    except Refusal as refusal:
        return _page(request, key, place, {"refusal": refusal.message, "form": request.POST}, status=refusal.status)
    planned = form.cleaned_data["begins_on"] is not None
    messages.success(request, _("已登记，到时自动生效。") if planned else _("已生效。"))
    return door.redirect(f"/desk/office/rules/{key}/?place={place}")


@require_POST
@door.staff_page(Permission.ORG_OFFICE_RUN)
def withdraw(request: door.DeskRequest, rule_id: int) -> HttpResponse:
    """撤回: a change that has not begun."""
    rule_changing.withdraw(by=request.actor, rule_id=rule_id, why=request.POST.get("why", ""), now=request.now)
    messages.success(request, _("已撤回，到时不会变。"))
    return door.redirect("/desk/office/history/")


def _page(request: door.DeskRequest, key: str, place: str, more: dict[str, object], *, status: int) -> HttpResponse:
    kind, known, now = KINDS[key], rules.fresh(), request.now  # what is typed here is compared with it
    city_id, store_id = _numbers(place)
    home = city_id or next((each.city_id for each in org.stores() if each.store_id == store_id), 0)
    if store_id is not None and not home:
        raise NotFound
    value = known.value(key, city_id=home, store_id=store_id or 0, now=now)
    changes = rule_history.changes(by=request.actor, now=now, key=key)
    given: Mapping[str, Any] = more.get("form", {})  # type: ignore[assignment] # a form's data
    own = known.set_at(key, (0, store_id) if store_id else (home, 0), now)
    context: dict[str, object] = {
        "key": key,
        "label": kind.label,
        "lead": kind.lead,
        "bounds": kind.bounds,
        "place": place,
        "places": _places(kind, known, now),
        "figures": [
            Figure(
                number.name,
                number.label,
                number.unit,
                number.least,
                number.most,
                str(given.get(number.name, value[number.name])),
            )
            for number in kind.numbers
        ],
        "grade": str(given.get("best_grade", value["best_grade"])) if kind.grade else "",
        "grades": rule_kinds.GRADES if kind.grade else "",
        "days": _days(value) if key == rule_kinds.CALENDAR else [],
        "calendar": key == rule_kinds.CALENDAR,
        "own": own is not None and bool(place),
        "seen": known.newest(key, city_id=home, store_id=store_id or 0),
        "planned": known.planned(key, (0, store_id) if store_id else (home, 0), now),
        "changes": changes,
        "today": day_of(now).isoformat(),
        "runs": request.actor.may(Permission.ORG_OFFICE_RUN),
    }
    return door.render(request, "desk/office/rule.html", context | more, status=status)


def _places(kind: rule_kinds.Kind, known: rules.Rules, now: datetime) -> list[Place]:
    found = [Place("", _("全公司"), _("全公司"), own=True)]
    if rule_kinds.CITY in kind.scopes:
        for city in org.cities():
            own = known.set_at(kind.key, (city.city_id, 0), now) is not None
            found.append(Place(f"city-{city.city_id}", city.name, city.name_en, own=own))
    if rule_kinds.STORE in kind.scopes:
        for store in org.stores():
            own = known.set_at(kind.key, (0, store.store_id), now) is not None
            found.append(Place(f"store-{store.store_id}", f"{store.code} {store.name}", f"{store.code} {store.name_en}", own=own))
    return found


def _numbers(place: str) -> tuple[int | None, int | None]:
    """City and store that a place's code names."""
    if not place:
        return None, None
    what, _dash, number = place.partition("-")
    if what not in {"city", "store"} or not number.isascii() or not number.isdigit() or len(number) > 9:  # noqa: PLR2004 - no such table
        raise NotFound
    return (int(number), None) if what == "city" else (None, int(number))


def _value(request: door.DeskRequest, key: str, begins: datetime) -> dict[str, Any]:
    """What the form has: numbers, or the calendar as it will count then with a day more or less."""
    kind = KINDS[key]
    if key == rule_kinds.CALENDAR:
        return _calendar(request, begins)
    value: dict[str, Any] = {}
    for number in kind.numbers:
        given = request.POST.get(number.name, "").strip()
        if not NUMBER.fullmatch(given):
            raise rule_changing.BadRule(_("%s 要填整数。") % number.label)
        value[number.name] = int(given)
    if kind.grade:
        value["best_grade"] = request.POST.get("best_grade", "")
    return value


def _calendar(request: door.DeskRequest, begins: datetime) -> dict[str, Any]:
    since, until = request.POST.get("day", ""), request.POST.get("until", "") or request.POST.get("day", "")
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError as error:
        raise rule_changing.BadRule(_("请填写日期。")) from error
    if not 0 <= (last - first).days <= 31:  # noqa: PLR2004 - longer than any holiday
        raise rule_changing.BadRule(_("从第一天到最后一天，最多一个月。"))
    value = dict(rules.fresh().value(rule_kinds.CALENDAR, now=begins))
    for number in range((last - first).days + 1):
        day = date.fromordinal(first.toordinal() + number).isoformat()
        value.pop(day, None)
        if request.POST.get("what") in {"holiday", "workday"}:
            value[day] = request.POST["what"]
    return value


def _moment(given: Mapping[str, Any]) -> datetime | None:
    if given["begins_on"] is None:
        return None
    return datetime.combine(given["begins_on"], given["begins_at"] or time(), COMPANY_ZONE)


def _days(value: Mapping[str, Any]) -> list[tuple[date, str, bool]]:
    """The days that the calendar has, and whether the State Council's calendar of that year is known."""
    words = {"holiday": gettext_lazy("放假"), "workday": gettext_lazy("上班")}
    days = [(date.fromisoformat(day), what) for day, what in sorted(value.items())]
    return [(day, str(words[what]), workdays.is_known(day)) for day, what in days]


def _told(kind: rule_kinds.Kind, value: Mapping[str, Any]) -> tuple[tuple[str | Promise, str], ...]:
    if kind.key == rule_kinds.CALENDAR:
        return ((_("另加的日子"), str(len(value))),)
    told: list[tuple[str | Promise, str]] = [(_("最高等级"), str(value["best_grade"]))] if kind.grade else []
    told += [(number.label, f"{value[number.name]} {number.unit}") for number in kind.numbers]
    return tuple(told)
