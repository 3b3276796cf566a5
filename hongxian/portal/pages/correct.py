"""/me/correct/: every field that the visitor may correct, each with its own press."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hongxian.kernel.labels import PLAIN
from hongxian.portal import correcting, door, reading
from hongxian.portal.wording import cell, field_name

if TYPE_CHECKING:
    from django.http import HttpResponse

    from hongxian.intake.terms import Term


@dataclass(frozen=True, slots=True)
class Correctable:
    """One field: what is there now, and what may be put there."""

    name: Annotated[str, PLAIN]
    now: Annotated[Any, PLAIN]
    kind: Annotated[str, PLAIN]
    longest: Annotated[int, PLAIN]
    choices: Annotated[list[tuple[str, str]], PLAIN] = field(default_factory=list)


@never_cache
@require_safe
@door.visitor_page
def correct(request: door.PortalRequest) -> HttpResponse:
    """The fields; `?done=` names the one that was just corrected."""
    return _page(request)


@require_POST
@door.visitor_page
def press(request: door.PortalRequest, field: str) -> HttpResponse:
    """One correction."""
    try:
        correcting.correct(visit=request.visit, field=field, value=request.POST.get("value", "")[:1000], now=request.now)
    except (correcting.BadValue, correcting.MinorStays) as refusal:
        return _page(request, problem=refusal.message, at=field, status=refusal.status)
    return door.redirect(f"/me/correct/?done={field}")


def _page(request: door.PortalRequest, *, problem: object = "", at: str = "", status: int = 200) -> HttpResponse:
    done = request.GET.get("done", "")
    context = {
        "fields": _fields(request),
        "done": field_name(done) if done in correcting.FIELDS else "",
        "problem": problem,
        "at": at,
        "state": request.visit.state,
        "here": "home",
    }
    return door.render(request, "portal/me/correct.html", context, status=status)


def _fields(request: door.PortalRequest) -> list[Correctable]:
    known = correcting.facets_of(visit=request.visit)
    if known is None:
        return []
    opened = reading.own_fields(visit=request.visit, fields=tuple(correcting.SEALED), now=request.now)
    return [
        _field(name, opened.get(name, "") if name in correcting.SEALED else getattr(known, name)) for name in correcting.FIELDS
    ]


def _field(name: str, value: Any) -> Correctable:
    now = cell(correcting.LABELS.get(name, name))(field_name(name), "" if value is None else str(value))
    if name in correcting.CHOICES:
        return Correctable(name, now, "choice", 0, [_choice(term) for term in correcting.CHOICES[name]])
    kind = {"birth": "date", "height_cm": "number", "criteria": "long"}.get(name, "text")
    return Correctable(name, now, kind, correcting.TEXTS.get(name) or correcting.SEALED.get(name, 0))


def _choice(term: Term) -> tuple[str, str]:
    return term.value, term.label_zh if door.chinese() else term.label_en
