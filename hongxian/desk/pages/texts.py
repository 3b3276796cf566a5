"""/desk/texts/: texts to one's own members, from the member's page or to many, and how they stand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.outreach import pausing, previewing, templates, texting, texts, worklist, writing
from hongxian.outreach.gateways import choosing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.refusal import Refusal
    from hongxian.outreach.worklist import Held

ONE_DAY = timedelta(days=1)
REFUSALS = (writing.CannotWrite, templates.NotInUse, texting.CannotQueue, pausing.Paused, pausing.BudgetSpent)


class TextForm(forms.Form):
    """Which wording, and what has to be filled in."""

    version = forms.IntegerField(min_value=1, max_value=door.LARGEST)
    date = forms.CharField(required=False, max_length=20)
    time = forms.CharField(required=False, max_length=20)
    alias = forms.CharField(required=False, max_length=40)

    def given(self) -> dict[str, str]:
        """Day and hour."""
        return {"date": self.cleaned_data["date"], "time": self.cleaned_data["time"]}


class SendForm(TextForm):
    """The press, which counts once."""

    request_key = forms.UUIDField()


class NothingChosen(writing.CannotWrite):
    """No wording, or no key."""

    code = "outreach.no_wording"
    message = _("请选择短信模板。")
    status = 422


def panel(request: door.DeskRequest, rows: Sequence[texts.TextRow]) -> dict[str, object]:
    """What the member's page needs for its panel of texts."""
    return {
        "texts_to": [(row, texts.lasts(row, now=request.now) and row.staff_id == request.actor.staff_id) for row in rows],
        "wordings": templates.sendable(use=writing.HAND),
        "carrier": choosing.standing(),
        "text_key": uuid4(),
        "may_text": request.actor.may(Permission.OUTREACH_TEXT_SEND),
    }


@require_POST
@door.staff_page(Permission.OUTREACH_TEXT_SEND)
def preview(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """The bubble for the chosen wording, with the button or what stands in its way."""
    form = TextForm(request.POST)
    found = writing.preview_one(
        by=request.actor,
        city_id=city_id,
        member_id=member_id,
        version_id=form.cleaned_data["version"] if form.is_valid() else 0,
        given=form.given() if form.is_valid() else {},
        alias=request.POST.get("alias", ""),
        now=request.now,
    )
    return door.render(request, "desk/texts/_one.html", dict(zip(("wording", "preview", "reason"), found, strict=True)))


@require_POST
@door.staff_page(Permission.OUTREACH_TEXT_SEND)
def send(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """发送: one text to one member."""
    form = SendForm(request.POST)
    valid = form.is_valid()
    sent = writing.send_one(
        by=request.actor,
        city_id=city_id,
        member_id=member_id,
        version_id=form.cleaned_data["version"] if valid else 0,
        given=form.given() if valid else {},
        request_key=form.cleaned_data["request_key"] if valid else uuid4(),
        now=request.now,
    )
    told = _("这条短信已经提交过了，没有重复发送。") if sent.repeated else _("已提交，正在发送。")
    if not request.headers.get("HX-Request"):
        messages.success(request, told)
        return door.redirect(f"/desk/member/{city_id}/{member_id}/")
    fresh = (
        None if sent.repeated else texts.one_of(by=request.actor, city_id=city_id, message_id=sent.message_ids[0], at=request.now)
    )
    return door.render(request, "desk/texts/_sent.html", {"told": told, "row": fresh, "live": True, "text_key": uuid4()})


@require_safe
@door.staff_page(Permission.OUTREACH_TEXT_SEND)
def state(request: door.DeskRequest, city_id: int, at: int, message_id: int) -> HttpResponse:
    """How one of one's own texts stands now; asked for again while it may change."""
    found = texts.standing(by=request.actor, city_id=city_id, at=at, message_id=message_id)
    return door.render(request, "desk/texts/_state.html", {"each": found, "live": texts.lasts(found, now=request.now)})


@require_safe
@door.staff_page(Permission.OUTREACH_TEXT_SEND)
def listing(request: door.DeskRequest) -> HttpResponse:
    """What one sent on a day."""
    today = day_of(request.now)
    day = _day_in(request.GET.get("day", ""), today)
    rows = texts.of_day(by=request.actor, day=day, now=request.now)
    context = {
        "rows": [(row, texts.lasts(row, now=request.now)) for row in rows],
        "day": day,
        "today": today,
        "before": max(day, date.min + ONE_DAY) - ONE_DAY,
        "parts": sum(row.parts for row in rows),
        "most": texts.OF_DAY,
        "carrier": choosing.standing(),
    }
    return door.render(request, "desk/texts/texts.html", context)


def _day_in(text: str, today: date) -> date:
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_TEXT_SEND)
def many(request: door.DeskRequest) -> HttpResponse:
    """给名下会员发短信: choose whom, see how it reads and who is left out; POST sends."""
    if request.method == "GET":
        return _many(request)
    form = SendForm(request.POST)
    try:
        if not form.is_valid():
            return _many(request, NothingChosen())
        sent = writing.send_many(
            by=request.actor,
            member_ids=_chosen(request),
            version_id=form.cleaned_data["version"],
            given=form.given(),
            request_key=form.cleaned_data["request_key"],
            now=request.now,
        )
    except REFUSALS as refusal:
        return _many(request, refusal)
    messages.success(request, _told(sent))
    return door.redirect("/desk/texts/")


def _told(sent: writing.Sent) -> str:
    if sent.repeated:
        return _("这些短信已经提交过了，没有重复发送。")
    told = ngettext("已提交 %d 条短信，正在发送。", "已提交 %d 条短信，正在发送。", sent.queued) % sent.queued
    if sent.left_out:
        told += ngettext("%d 位会员没有发。", "%d 位会员没有发。", sent.left_out) % sent.left_out
    return told


def _chosen(request: door.DeskRequest) -> list[int]:
    return [int(each) for each in request.POST.getlist("member") if each.isdecimal() and int(each) <= door.LARGEST]


@require_POST
@door.staff_page(Permission.OUTREACH_TEXT_SEND)
def many_preview(request: door.DeskRequest) -> HttpResponse:
    """How it reads, how many get it, why the others do not; with the button."""
    form = TextForm(request.POST)
    if not form.is_valid():
        return door.render(request, "desk/texts/_many.html", {"chosen": len(_chosen(request))})
    wording = templates.to_send(version_id=form.cleaned_data["version"], use=writing.LIBRARY)
    sifted = writing.sift_many(by=request.actor, member_ids=_chosen(request), wording=wording, now=request.now)
    preview = previewing.of_text(by=request.actor, body=wording.body, given=form.given(), alias="")
    context = {"wording": wording, "sifted": sifted, "preview": preview, "chosen": sifted.chosen}
    return door.render(request, "desk/texts/_many.html", context)


def _many(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    held = worklist.in_hand(by=request.actor, now=request.now)
    wanted = {name: request.GET.get(name, "") for name in ("grade", "district", "when")}
    context = {
        "held": [each for each in held if each.speaks and _fits(each, wanted)],
        "grades": sorted({each.grade for each in held}),
        "districts": sorted({each.district for each in held if each.district}),
        "wanted": wanted,
        "wordings": templates.sendable(use=writing.LIBRARY),
        "carrier": choosing.standing(),
        "text_key": _key(request) if refusal else uuid4(),
        "picked": _chosen(request) if refusal else [],
        "given": request.POST if refusal else {},
        "most": writing.MOST,
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/texts/many.html", context, status=refusal.status if refusal else 200)


def _key(request: door.DeskRequest) -> UUID:
    try:
        return UUID(request.POST.get("request_key", ""))
    except ValueError:
        return uuid4()


def _fits(each: Held, wanted: dict[str, Any]) -> bool:
    when = {"never": each.last_tried_at is None, "tried": each.last_tried_at is not None, "due": each.due}
    return wanted["grade"] in {"", each.grade} and wanted["district"] in {"", each.district} and when.get(wanted["when"], True)
