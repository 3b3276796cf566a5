"""/desk/gate/: the privacy officer's probe: may the person with this number be contacted now, and if not, why. Nobody lifts a "no" here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.consent import suppressing
from hongxian.desk import door
from hongxian.intake import phones
from hongxian.kernel.permissions import Permission
from hongxian.outreach import gate as gates
from hongxian.outreach.reasons import REASONS
from hongxian.vault import asking

if TYPE_CHECKING:
    from django.http import HttpResponse

CHANNELS = (("call", _("电话")), ("sms", _("短信")))


class ProbeForm(forms.Form):
    """A number as people write it, and a channel."""

    number = forms.CharField(max_length=60)
    channel = forms.ChoiceField(choices=CHANNELS)


@never_cache
@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_GATE_PROBE)
def gate(request: door.DeskRequest) -> HttpResponse:
    """GET shows the form; POST answers. The number is in no address, in no answer, and is not kept."""
    if request.method == "GET":
        return door.render(request, "desk/gate/gate.html", {"channels": CHANNELS, "channel": "call"})
    form = ProbeForm(request.POST)
    context: dict[str, object] = {"channels": CHANNELS, "channel": request.POST.get("channel", "call")}
    reading = phones.read(cell=form.cleaned_data["number"]) if form.is_valid() else phones.Reading(None, "phone")
    if reading.number is None:
        problem = _("这是固定电话，请填写手机号码。") if reading.problem == "landline" else _("请填写一个手机号码，并选择渠道。")
        return door.render(request, "desk/gate/gate.html", context | {"problem": problem}, status=422)
    [hashes] = asking.hash_numbers(by=request.actor, numbers=[reading.number], purpose="suppression", now=request.now)
    channel = form.cleaned_data["channel"]
    verdict = gates.probe(by=request.actor, number_hashes=hashes, channel=channel, now=request.now)
    context |= {
        "asked": dict(CHANNELS)[channel],
        "allowed": verdict.allowed,
        "reason": "" if verdict.allowed else REASONS.get(verdict.reason, verdict.reason),
        "code": verdict.reason,
    }
    return door.render(request, "desk/gate/gate.html", context)


class LiftForm(forms.Form):
    """Whom somebody would like to have back; only so that the trace can name them."""

    city = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    member = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@require_POST
@door.staff_page(None)
def lift(request: door.DeskRequest) -> HttpResponse:
    """No page leads here. Whoever tries to lift a "no" is told who can, and the try is traced, also for the member to see."""
    form = LiftForm(request.POST)
    named = form.cleaned_data if form.is_valid() else {}
    raise suppressing.refuse_lift(
        by=request.actor,
        way="desk",
        city_id=named.get("city"),
        member_ids=[named["member"]] if named else [],
        now=request.now,
    )
