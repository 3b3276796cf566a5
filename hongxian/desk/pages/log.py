"""/desk/log/: how the sealed log does; its checkpoints; bundles for an inspector."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hongxian import reactions
from hongxian.audit import queries, recording
from hongxian.audit.queries import Hour
from hongxian.desk import door
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, TOP, PLOT, FOOT, SHARE = 30, 18, 96, 20, 0.7
SLOW = timedelta(seconds=30)
LONGEST = timedelta(days=400)
NAME = re.compile(r"inspection-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d-[0-9a-f]{8}\.zip")


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the chart."""

    hour: Annotated[int, PLAIN]
    rows: Annotated[int, PLAIN]
    x: Annotated[int, PLAIN]
    y: Annotated[int, PLAIN]
    height: Annotated[int, PLAIN]


class SpanForm(forms.Form):
    """The days that an inspector asks for, both included."""

    since = forms.DateField()
    until = forms.DateField()

    def clean(self) -> dict[str, date]:
        """The last day is not before the first."""
        given: dict[str, date] = self.cleaned_data
        if len(given) > 1 and not timedelta() <= given["until"] - given["since"] <= LONGEST:
            raise forms.ValidationError("order")
        return given


@never_cache
@require_safe
@door.staff_page(Permission.AUDIT_LOG_READ)
def log(request: door.DeskRequest) -> HttpResponse:
    """Size, newest checkpoint, what waits to be sealed, the last verification, rows an hour, checkpoints."""
    health = queries.health(by=request.actor)
    slow = health.waiting_since is not None and request.now - health.waiting_since > SLOW
    context = {
        "health": health,
        "slow": slow,
        "unsigned": health.size - (health.signed_size or 0),
        "bars": _bars(queries.hours(by=request.actor, now=request.now)),
        "chart": {"width": WIDTH * queries.HOURS, "height": TOP + PLOT + FOOT, "floor": TOP + PLOT},
        "checkpoints": queries.signed(by=request.actor),
        "may_inspect": request.actor.may(Permission.AUDIT_TRACE_READ),
        "folder": str(settings.HOME.checkpoints),
    }
    return door.render(request, "desk/log/log.html", context)


def _bars(hours: Sequence[Hour]) -> list[Bar]:
    most = max((each.rows for each in hours), default=0) or 1
    found = []
    for place, each in enumerate(hours):
        tall = round(PLOT * each.rows / most)
        hour = each.begins.astimezone(COMPANY_ZONE).hour
        found.append(Bar(hour, each.rows, place * WIDTH + round(WIDTH * (1 - SHARE) / 2), TOP + PLOT - tall, tall))
    return found


@require_safe
@door.staff_page(Permission.AUDIT_LOG_READ)
def checkpoint(request: door.DeskRequest, checkpoint_id: int) -> HttpResponse:
    """One checkpoint as a file that can be kept elsewhere."""
    kept = queries.checkpoint_file(by=request.actor, checkpoint_id=checkpoint_id)
    answer = HttpResponse(kept.dumps(), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="hongxian-{kept.checkpoint.size}.checkpoint"'
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.AUDIT_TRACE_READ)
def inspection(request: door.DeskRequest) -> HttpResponse:
    """GET lists the bundles that were made; POST has the worker, which has the signing key, make one."""
    form = SpanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        span = f"{since}/{until}"
        recording.record(by=request.actor, action="audit.inspection", purpose="audit", reason=span, now=request.now)
        reactions.make_inspection.defer(since=since.isoformat(), until=until.isoformat())
        messages.success(request, _("已排队，几秒到几分钟后出现在下面。"))
        return door.redirect("/desk/log/inspection/")
    wrong = request.method == "POST"
    folder = settings.HOME.inspections
    made = sorted((each for each in folder.glob("inspection-*.zip")), key=lambda each: each.stat().st_mtime, reverse=True)
    context = {"bundles": [(each.name, each.stat().st_size) for each in made[:50] if NAME.fullmatch(each.name)], "wrong": wrong}
    return door.render(request, "desk/log/inspection.html", context, status=422 if wrong else 200)


@require_safe
@door.staff_page(Permission.AUDIT_TRACE_READ)
def bundle(request: door.DeskRequest, name: str) -> HttpResponse:
    """One bundle; fetching it is traced."""
    file = settings.HOME.inspections / name
    if not NAME.fullmatch(name) or not file.is_file():
        raise NotFound
    recording.record(by=request.actor, action="audit.inspection", purpose="audit", reason=name, now=request.now)
    return cast("HttpResponse", FileResponse(file.open("rb"), as_attachment=True, filename=name))
