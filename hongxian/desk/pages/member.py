"""/desk/member/<city>/<id>/: one held member: see, show the number, file the outcome, note, release."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door, member_panels
from hongxian.desk.outcome_buttons import BUTTONS
from hongxian.desk.pages import call, texts
from hongxian.desk.pages.worklist import go_on
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.permissions import Permission
from hongxian.org import rules
from hongxian.outreach import outcomes, queries, refusing, showing, suspecting
from hongxian.outreach.reasons import REASONS
from hongxian.pools import releasing
from hongxian.safety import reporting
from hongxian.safety.kinds import Kind
from hongxian.vault.noting import LONGEST_NOTE
from hongxian.visits import booking


class OutcomeForm(forms.Form):
    """One press, with what belongs to it."""

    outcome = forms.CharField(max_length=20)
    request_key = forms.UUIDField()
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    minutes = forms.IntegerField(required=False, min_value=0, max_value=360)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE, widget=forms.Textarea)


@require_safe
@door.staff_page(Permission.POOLS_HOLDING_WORK)
def member(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """The member's page. Not held is not found."""
    return page(request, city_id, member_id, {}, status=200)


def page(request: door.DeskRequest, city_id: int, member_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    """The whole page, for whoever has more to say on it: a refusal, and what had been filled in."""
    shown = queries.member_page(by=request.actor, city_id=city_id, member_id=member_id, now=request.now)
    earliest = request.now.astimezone(COMPANY_ZONE) + timedelta(minutes=5)
    context: dict[str, object] = {
        "page": shown,
        "silenced": REASONS.get(shown.silenced, ""),
        "buttons": BUTTONS,
        "release_reasons": releasing.Reason.choices,
        "waits_days": rules.claims(city_id=city_id, now=request.now).waits_for.days,
        "request_key": uuid4(),
        "earliest": earliest.strftime("%Y-%m-%dT%H:%M"),
        "tomorrow": (earliest + timedelta(days=1)).strftime("%Y-%m-%dT10:00"),
        "longest_note": LONGEST_NOTE,
        "report_kinds": Kind.choices,
        "here": f"/desk/member/{city_id}/{member_id}/",
        "centre_here": f"/desk/member/{city_id}/{member_id}/",
    }
    context |= call.context_of(request, city_id=city_id, member_id=member_id)
    context |= texts.panel(request, shown.texts)
    if {"visit_refusal", "contract_refusal"} & set(more):
        context |= member_panels.centre(request, city_id=city_id, member_id=member_id)
    return door.render(request, "desk/member/member.html", context | more, status=status)


@require_safe
@door.staff_page(Permission.VISITS_VISIT_BOOK)
def centre(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """The member's visits and contracts, which the page fetches once it stands."""
    about = {"city_id": city_id, "member_id": member_id}
    booking.decide(by=request.actor, **about, permission=Permission.VISITS_VISIT_BOOK, action="visits.view", now=request.now)
    context = member_panels.centre(request, **about) | {"centre_here": f"/desk/member/{city_id}/{member_id}/"}
    return door.render(request, "desk/member/_centre.html", context)


@require_POST
@door.staff_page(Permission.OUTREACH_CALL_FILE)
def outcome(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """结果登记: files the call and goes on to the next member."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        kept = {"refusal": _("请检查填写的内容。"), "form": form, "note": request.POST.get("note", "")}
        return page(request, city_id, member_id, kept, status=422)
    given = form.cleaned_data
    minutes = given["minutes"]
    try:
        filed = outcomes.file_outcome(
            by=request.actor,
            city_id=city_id,
            member_id=member_id,
            outcome=given["outcome"],
            request_key=given["request_key"],
            now=request.now,
            at=given["at"],
            seconds=None if minutes is None else minutes * 60,
            note=given["note"],
        )
    except outcomes.BadOutcome as refusal:
        return page(request, city_id, member_id, {"refusal": refusal.message, "note": given["note"]}, status=refusal.status)
    messages.success(request, _told(filed))
    return go_on(request, request.actor, after=member_id)


def _told(filed: outcomes.Filed) -> str:
    label = next((str(label) for name, _key, label, _kind in BUTTONS if name == filed.outcome), filed.outcome)
    if filed.repeated:
        return _("这次结果已经登记过了，没有重复登记。")
    if filed.outcome in outcomes.FINAL:
        return _("已登记“%s”：从现在起全公司不再联系。") % label
    if filed.rest_began:
        return _("已登记“%s”：会员进入休息期，全公司暂不联系。") % label
    return _("已登记“%s”。") % label


@require_POST
@door.staff_page(Permission.OUTREACH_NUMBER_SHOW)
def number(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """显示号码: one number for sixty seconds, against a permit."""
    shown = showing.show_number(by=request.actor, city_id=city_id, member_id=member_id, now=request.now)
    return door.render(request, "desk/member/_number.html", {"shown": shown})


@require_POST
@door.staff_page(Permission.OUTREACH_CALL_FILE)
def note(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """Adds a note without filing a call."""
    try:
        outcomes.add_note(
            by=request.actor, city_id=city_id, member_id=member_id, note=request.POST.get("note", ""), now=request.now
        )
    except outcomes.BadOutcome as refusal:
        return page(
            request, city_id, member_id, {"refusal": refusal.message, "note": request.POST.get("note", "")}, status=refusal.status
        )
    messages.success(request, _("备注已保存。"))
    return door.redirect(f"/desk/member/{city_id}/{member_id}/")


@require_POST
@door.staff_page(Permission.POOLS_HOLDING_WORK)
def release(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """释放: back to the pool, for others."""
    try:
        releasing.release(
            by=request.actor, city_id=city_id, member_ids=[member_id], reason=request.POST.get("reason", ""), now=request.now
        )
    except releasing.CannotRelease as refusal:
        return page(request, city_id, member_id, {"refusal": refusal.message}, status=refusal.status)
    days = rules.claims(city_id=city_id, now=request.now).waits_for.days
    messages.success(request, _("已释放回公海；您和同组同事 %d 天内不能再认领。") % days)
    return go_on(request, request.actor, after=member_id)


@require_POST
@door.staff_page(Permission.OUTREACH_REFUSAL_FILE)
def refuse(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """拒绝联系 without a call: the member said no in another way."""
    refusing.refuse(
        by=request.actor, city_id=city_id, member_id=member_id, reason=request.POST.get("reason", ""), now=request.now
    )
    messages.success(request, _("已登记：从现在起全公司不再联系此人。"))
    if request.actor.may(Permission.POOLS_HOLDING_WORK):
        return go_on(request, request.actor, after=member_id)
    return door.redirect("/")


@require_POST
@door.staff_page(Permission.SAFETY_SUSPICION_REPORT)
def report(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """举报可疑: to the fraud desk; nothing else changes."""
    given = {"kind": request.POST.get("kind", ""), "text": request.POST.get("text", "")}
    try:
        suspecting.report(by=request.actor, city_id=city_id, member_id=member_id, **given, now=request.now)
    except reporting.CannotReport as refusal:
        if not request.actor.may(Permission.POOLS_HOLDING_WORK):
            raise
        return page(request, city_id, member_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("已交给反诈专员，不会透露是您举报的。"))
    return door.redirect(f"/desk/member/{city_id}/{member_id}/" if request.actor.may(Permission.POOLS_HOLDING_WORK) else "/")
