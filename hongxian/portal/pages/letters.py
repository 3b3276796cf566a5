"""/letters/: 我看过谁、我发过什么: the visitor's own lists, what they pushed to their consultant, and how to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.kernel.clock import day_of
from hongxian.letters import card as cards
from hongxian.members import facets
from hongxian.portal import door, own_letters, pushing
from hongxian.portal.own_letters import Spot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from hongxian.letters.suggesting import Suggestion

DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 30)
USUAL_DAYS = 7
MANY = 100  # more ticks than any form of ours has


class PushForm(forms.Form):
    """To whom and for how long; `to` is the consultant whom the visitor saw when choosing."""

    to = forms.IntegerField(min_value=1, max_value=2**62)
    days = forms.IntegerField(min_value=pushing.SHORTEST, max_value=pushing.LONGEST)


def _read(request: door.PortalRequest) -> tuple[int, int]:
    """:raises pushing.BadDays: not a number of days that may be."""
    form = PushForm(request.POST)
    if not form.is_valid():
        if "to" in form.errors:
            raise pushing.NobodyThere
        raise pushing.BadDays
    return form.cleaned_data["to"], form.cleaned_data["days"]


def _numbers(values: Iterable[str]) -> list[int]:
    """Numbers as they come from ticks; what is none, or beyond every table's, is nobody's."""
    return [int(each) for each in list(values)[:MANY] if each.isascii() and each.isdecimal() and len(each) < len(str(2**62))]


@never_cache
@require_safe
@door.visitor_page
def letters(request: door.PortalRequest) -> HttpResponse:
    """What there is, who could be given some of it, and what was given."""
    pushed = pushing.pushed(visit=request.visit)
    context = {
        "counts": own_letters.counts(visit=request.visit),
        "hand": pushing.hand(visit=request.visit),
        "running": [each for each in pushed if each.runs(request.now)],
        "over": [each for each in pushed if not each.runs(request.now)][:20],
        "state": request.visit.state,
        "here": "letters",
    }
    return door.render(request, "portal/letters/letters.html", context)


@never_cache
@require_safe
@door.visitor_page
def viewed(request: door.PortalRequest) -> HttpResponse:
    """我看过谁."""
    looks, following = own_letters.viewed(visit=request.visit, before=Spot.read(request.GET.get("before", "")), now=request.now)
    return door.render(
        request, "portal/letters/viewed.html", {"looks": looks, "following": str(following or ""), "here": "letters"}
    )


@never_cache
@require_safe
@door.visitor_page
def sent(request: door.PortalRequest) -> HttpResponse:
    """我发过什么, each with a tick for pushing it."""
    return _sent_page(request)


def _sent_page(request: door.PortalRequest, *, problem: object = "", status: int = 200) -> HttpResponse:
    found, following = own_letters.sent(visit=request.visit, before=Spot.read(request.GET.get("before", "")), now=request.now)
    context = {
        "letters": found,
        "following": str(following or ""),
        "hand": pushing.hand(visit=request.visit),
        "days": DAYS,
        "usual_days": USUAL_DAYS,
        "problem": problem,
        "here": "letters",
    }
    return door.render(request, "portal/letters/sent.html", context, status=status)


@require_POST
@door.visitor_page
def push(request: door.PortalRequest) -> HttpResponse:
    """Shows first what the consultant would read; then pushes it."""
    try:
        to, days = _read(request)
        found = own_letters.chosen(visit=request.visit, numbers=_numbers(request.POST.getlist("letter")), now=request.now)
        if not found:
            raise pushing.NothingChosen
        if request.POST.get("do") == "push":
            pushing.push_messages(visit=request.visit, letters=found, to=to, days=days, now=request.now)
            return door.redirect("/letters/")
    except pushing.CannotPush as refusal:
        return _sent_page(request, problem=refusal.message, status=refusal.status)
    shown = [(each.number, each.other, each.at, pushing.as_shown(each)) for each in found[: pushing.MOST_MESSAGES]]
    context = {"shown": shown, "hand": pushing.hand(visit=request.visit), "to": to, "for_days": days, "here": "letters"}
    return door.render(request, "portal/letters/preview.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@door.visitor_page
def card(request: door.PortalRequest) -> HttpResponse:
    """偏好卡: suggested where ten different people allow it, changed by the member, shown, then pushed."""
    if request.method == "GET":
        return _card_page(request)
    made = _card_of(request)
    try:
        to, days = _read(request)
        if made.is_empty:
            raise pushing.NothingChosen
        if request.POST.get("do") == "push":
            pushing.push_card(visit=request.visit, card=made, to=to, days=days, now=request.now)
            return door.redirect("/letters/")
    except pushing.CannotPush as refusal:
        return _card_page(request, made=made, problem=refusal.message, status=refusal.status)
    context = {"card": made, "hand": pushing.hand(visit=request.visit), "to": to, "for_days": days, "here": "letters"}
    return door.render(request, "portal/letters/card_preview.html", context)


def _card_of(request: door.PortalRequest) -> cards.Card:
    given = request.POST
    return cards.make(
        birth_years=_numbers(given.getlist("birth")),
        heights=_numbers(given.getlist("height")),
        educations=given.getlist("education")[:MANY],
        districts=[
            *given.getlist("district")[:MANY],
            *given.get("more_districts", "")[:200].replace("，", ",").replace("、", ",").split(","),
        ],
        words=given.get("words", ""),
        today=day_of(request.now),
    )


def _card_page(
    request: door.PortalRequest, *, made: cards.Card | None = None, problem: object = "", status: int = 200
) -> HttpResponse:
    found = own_letters.suggestion(visit=request.visit, now=request.now)
    ticked = made or cards.Card(found.birth_years, found.heights, found.educations, found.districts)
    language = "zh" if door.chinese() else "en"
    levels = [
        (code, facets.label("education", code, language), code in ticked.educations) for code in facets.codes_of("education")
    ]
    context = {
        "births": [(year, year + 4, year in ticked.birth_years) for year in cards.birth_buckets(day_of(request.now))],
        "heights": [(height, height + 4, height in ticked.heights) for height in cards.HEIGHTS],
        "educations": levels,
        "districts": [(name, True) for name in ticked.districts],
        "words": ticked.words,
        "longest_words": cards.LONGEST_WORDS,
        "why": _why(found),
        "hand": pushing.hand(visit=request.visit),
        "days": DAYS,
        "usual_days": USUAL_DAYS,
        "problem": problem,
        "here": "letters",
    }
    return door.render(request, "portal/letters/card.html", context, status=status)


def _why(found: Suggestion) -> str:
    if not found.enough:
        return _("您看过的人里，去掉不愿被推荐的，还不满十位不同的人，所以没有建议；少于十位就可能看出是谁。您可以自己填写。")
    if found.is_empty:
        return _("您看过的人各不相同，没有哪一项满十位，所以没有建议。您可以自己填写。")
    return _("根据您看过的人预先勾选：每一项背后至少有十位不同的人。您可以随意更改。")


@require_POST
@door.visitor_page
def revoke(request: door.PortalRequest, number: int) -> HttpResponse:
    """撤回: one press, in force when it commits."""
    pushing.revoke(visit=request.visit, numbers=[number], now=request.now)
    return door.redirect("/letters/")
