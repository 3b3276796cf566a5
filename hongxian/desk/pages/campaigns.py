"""/desk/campaigns/: texts to many: try out, ask, decide, watch, pause and stop. Numbers only; nobody of an audience is shown."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import door, sending_boards
from hongxian.desk.pages.pool import FilterForm
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import Refusal
from hongxian.members import facets
from hongxian.outreach import audiences, campaign_queries, campaigns
from hongxian.pools import queries as pools
from hongxian.pools.filtering import Filters

if TYPE_CHECKING:
    from django.http import HttpResponse

    from hongxian.outreach.audiences import Audience

MOVING = ("approved", "planning", "sending")


class NewForm(FilterForm):
    """Whom, what, and why; the traits may stay empty."""

    to = forms.RegexField(regex=r"^(library|\d{1,18})$")
    version = forms.IntegerField(min_value=1, max_value=door.LARGEST)
    name = forms.CharField(required=False, max_length=campaigns.LONGEST_NAME)
    why = forms.CharField(required=False, max_length=campaigns.LONGEST_WHY)
    request_key = forms.UUIDField()
    tried = forms.CharField(required=False, max_length=64)

    def audience(self, request: door.DeskRequest) -> Audience:
        """Whom."""
        to = self.cleaned_data["to"]
        traits = {name: self.cleaned_data[name] or None for name in FilterForm.base_fields}
        library = to == "library"
        return campaigns.audience_for(
            by=request.actor,
            kind=audiences.LIBRARY if library else audiences.UNHELD,
            pool_id=None if library else int(to),
            filters=Filters(**traits),
        )


@require_safe
@door.staff_page(Permission.OUTREACH_CAMPAIGN_READ)
def listing(request: door.DeskRequest) -> HttpResponse:
    """The campaigns within reach, those that wait for this person marked."""
    lines = campaign_queries.campaigns_within_reach(by=request.actor)
    context = {
        "lines": lines,
        "mine": [each.campaign_id for each in lines if campaign_queries.may_decide(by=request.actor, campaign=each)],
        "may_ask": request.actor.may(Permission.OUTREACH_CAMPAIGN_ASK),
        "many_stores": request.actor.store_id is None,
    }
    return door.render(request, "desk/campaigns/campaigns.html", context)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_CAMPAIGN_ASK)
def new(request: door.DeskRequest) -> HttpResponse:
    """GET shows the form; POST tries it out (试算), and asks once what is asked is what was tried."""
    if request.method == "GET":
        return door.render(request, "desk/campaigns/new.html", _blank(request))
    form = NewForm(request.POST)
    try:
        if not form.is_valid():
            raise campaigns.BadCampaign
        audience = form.audience(request)
        digest = _digest(audience, form.cleaned_data["version"])
        if request.POST.get("step") != "ask" or form.cleaned_data["tried"] != digest:
            return _tried(request, form, audience, digest)
        campaign_id = campaigns.ask(
            by=request.actor,
            name=form.cleaned_data["name"],
            why=form.cleaned_data["why"],
            audience=audience,
            version_id=form.cleaned_data["version"],
            request_key=form.cleaned_data["request_key"],
            now=request.now,
        )
    except campaigns.CannotCampaign as refusal:
        return door.render(request, "desk/campaigns/new.html", _blank(request, refusal), status=refusal.status)
    messages.success(request, _("已提交，等待批准。"))
    return door.redirect(f"/desk/campaigns/{request.actor.city_id}/{campaign_id}/")


def _tried(request: door.DeskRequest, form: NewForm, audience: Audience, digest: str) -> HttpResponse:
    version_id = form.cleaned_data["version"]
    purpose = campaigns.purpose_of(version_id=version_id)
    outlook = audiences.outlook(by=request.actor, audience=audience, purpose=purpose, version_id=version_id, now=request.now)
    context = _blank(request) | {
        "outlook": outlook,
        "tried": digest,
        "changed": request.POST.get("step") == "ask",
        "sample": sending_boards.sample_of(by=request.actor, version_id=version_id),
    }
    return door.render(request, "desk/campaigns/new.html", context)


def _digest(audience: Audience, version_id: int) -> str:
    """What was tried, so that nobody asks for something else."""
    told = json.dumps([audience.kind, audience.kept(), version_id], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _blank(request: door.DeskRequest, refusal: Refusal | None = None) -> dict[str, Any]:
    language = request.LANGUAGE_CODE or "zh-hans"
    asked = {name: value for name, value in request.POST.items() if name in NewForm.base_fields}
    return {
        "asked": asked,
        "traits": [name for name in FilterForm.base_fields if asked.get(name)],
        "request_key": asked.get("request_key") or uuid4(),
        "refusal": refusal.message if refusal else "",
        "wordings": campaign_queries.wordings(by=request.actor),
        "pools": pools.pools_of(by=request.actor),
        "whole_store": request.actor.team_id is None,
        "longest_name": campaigns.LONGEST_NAME,
        "longest_why": campaigns.LONGEST_WHY,
        "educations": facets.choices("education", language),
        "incomes": facets.choices("income_band", language),
        "maritals": facets.choices("marital", language),
    }


@require_safe
@door.staff_page(Permission.OUTREACH_CAMPAIGN_READ)
def one(request: door.DeskRequest, city_id: int, campaign_id: int) -> HttpResponse:
    """One campaign: what it says, to whom, how far it is; asks again by itself while it moves."""
    return _page(request, city_id, campaign_id)


def _page(request: door.DeskRequest, city_id: int, campaign_id: int, refusal: Refusal | None = None) -> HttpResponse:
    by = request.actor
    campaign = campaign_queries.one(by=by, city_id=city_id, campaign_id=campaign_id)
    progress = campaign_queries.progress(by=by, campaign=campaign)
    decides = by.may(Permission.OUTREACH_CAMPAIGN_DECIDE)
    mine = campaign_queries.may_decide(by=by, campaign=campaign)
    tries = mine and "try" in request.GET
    context = {
        "each": campaign,
        "progress": progress,
        "segments": sending_boards.segments_of(progress),
        "traits": sending_boards.traits_of(campaign, language=request.LANGUAGE_CODE or "zh-hans"),
        "moving": campaign.state in MOVING,
        "sample": sending_boards.sample_in(campaign),
        "may_decide": mine,
        "outlook": campaign_queries.outlook(by=by, campaign=campaign, now=request.now) if tries else None,
        "may_pause": campaign.state in MOVING,
        "may_resume": decides and campaign.state == "paused",
        "may_stop": campaign.state in {*MOVING, "paused"},
        "own": campaign.asked_by == by.staff_id,
        "longest": campaigns.LONGEST_WHY,
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/campaigns/campaign.html", context, status=refusal.status if refusal else 200)


@require_POST
@door.staff_page(Permission.OUTREACH_CAMPAIGN_DECIDE)
def approve(request: door.DeskRequest, city_id: int, campaign_id: int) -> HttpResponse:
    """批准."""
    try:
        campaigns.approve(by=request.actor, city_id=city_id, campaign_id=campaign_id, now=request.now)
    except campaigns.CannotCampaign as refusal:
        return _page(request, city_id, campaign_id, refusal)
    return _back(request, city_id, campaign_id, _("已批准，系统开始排队。"))


@require_POST
@door.staff_page(Permission.OUTREACH_CAMPAIGN_DECIDE)
def refuse(request: door.DeskRequest, city_id: int, campaign_id: int) -> HttpResponse:
    """不批准, with a reason."""
    why = request.POST.get("why", "")
    try:
        campaigns.refuse(by=request.actor, city_id=city_id, campaign_id=campaign_id, why=why, now=request.now)
    except campaigns.CannotCampaign as refusal:
        return _page(request, city_id, campaign_id, refusal)
    return _back(request, city_id, campaign_id, _("已退回，不批准。"))


@require_POST
@door.staff_page(Permission.OUTREACH_CAMPAIGN_READ)
def pause(request: door.DeskRequest, city_id: int, campaign_id: int) -> HttpResponse:
    """暂停."""
    try:
        campaigns.pause(by=request.actor, city_id=city_id, campaign_id=campaign_id, now=request.now)
    except campaigns.CannotCampaign as refusal:
        return _page(request, city_id, campaign_id, refusal)
    return _back(request, city_id, campaign_id, _("已暂停，下一批起不再发送。"))


@require_POST
@door.staff_page(Permission.OUTREACH_CAMPAIGN_DECIDE)
def resume(request: door.DeskRequest, city_id: int, campaign_id: int) -> HttpResponse:
    """继续."""
    try:
        campaigns.resume(by=request.actor, city_id=city_id, campaign_id=campaign_id, now=request.now)
    except campaigns.CannotCampaign as refusal:
        return _page(request, city_id, campaign_id, refusal)
    return _back(request, city_id, campaign_id, _("已继续。"))


@require_POST
@door.staff_page(Permission.OUTREACH_CAMPAIGN_READ)
def stop(request: door.DeskRequest, city_id: int, campaign_id: int) -> HttpResponse:
    """停止."""
    try:
        campaigns.stop(by=request.actor, city_id=city_id, campaign_id=campaign_id, now=request.now)
    except campaigns.CannotCampaign as refusal:
        return _page(request, city_id, campaign_id, refusal)
    return _back(request, city_id, campaign_id, _("已停止，没有发出的不会再发。"))


def _back(request: door.DeskRequest, city_id: int, campaign_id: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return door.redirect(f"/desk/campaigns/{city_id}/{campaign_id}/")
