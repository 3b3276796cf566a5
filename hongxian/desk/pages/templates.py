"""/desk/templates/: the company's templates of texts: list, asking, preview, history, deciding, ending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.outreach import previewing, templates, wordings
from hongxian.outreach.gateways import rendering

if TYPE_CHECKING:
    from hongxian.kernel.refusal import Refusal

HERE = "/desk/templates/"


class WordingForm(forms.Form):
    """A wording; what it says is judged by the context, not here."""

    body = forms.CharField(required=False, max_length=4 * wordings.LONGEST, strip=False)
    kind = forms.CharField(required=False, max_length=20)
    uses = forms.MultipleChoiceField(required=False, choices=list(wordings.USES.items()))


class NewForm(WordingForm):
    """A template's name, too."""

    name = forms.CharField(required=False, max_length=200)


@require_safe
@door.staff_page(Permission.OUTREACH_TEMPLATE_READ)
def listing(request: door.DeskRequest) -> HttpResponse:
    """Every template; what waits comes first."""
    context = {
        "lines": templates.templates(by=request.actor),
        "may_ask": request.actor.may(Permission.OUTREACH_TEMPLATE_ASK),
    }
    return door.render(request, "desk/templates/templates.html", context)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_TEMPLATE_ASK)
def new(request: door.DeskRequest) -> HttpResponse:
    """Asks for a template with its first wording."""
    if request.method == "GET":
        return _new(request)
    form = NewForm(request.POST)
    try:
        given = form.cleaned_data if form.is_valid() else {"name": "", "kind": "", "uses": [], "body": ""}  # no template
        made = templates.ask(by=request.actor, **given, now=request.now)
    except (templates.BadTemplate, templates.NameTaken, wordings.BadWording) as refusal:
        return _new(request, refusal)
    messages.success(request, _("已提交，等待另一个人审批。"))
    return door.redirect(f"{HERE}{made}/")


def _new(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    given = request.POST if refusal else {}
    context = _frame(refusal) | {
        "name": given.get("name", ""),
        "body": given.get("body", ""),
        "kind": given.get("kind", "service"),
        "chosen": request.POST.getlist("uses") if refusal else ["hand"],
        "longest_name": templates.LONGEST_NAME,
        "preview": previewing.of_wording(body=given["body"], kind=given.get("kind", ""), uses=_known_uses(request))
        if given.get("body")
        else None,
    }
    return door.render(request, "desk/templates/new.html", context, status=refusal.status if refusal else 200)


def _frame(refusal: Refusal | None) -> dict[str, object]:
    return {
        "refusal": refusal.message if refusal else "",
        "kinds": templates.KINDS,
        "all_uses": wordings.USES,
        "variables": rendering.VARIABLES,
        "longest": wordings.LONGEST,
    }


@require_POST
@door.staff_page(Permission.OUTREACH_TEMPLATE_ASK)
def preview(request: door.DeskRequest) -> HttpResponse:
    """The bubble alone, while somebody writes."""
    body = request.POST.get("body", "")
    kind = request.POST.get("kind", "")
    found = previewing.of_wording(body=body[: 4 * wordings.LONGEST], kind=kind, uses=_known_uses(request)) if body else None
    return door.render(request, "desk/templates/_preview.html", {"preview": found})


def _known_uses(request: door.DeskRequest) -> list[str]:
    return [use for use in request.POST.getlist("uses") if use in wordings.USES]


@require_safe
@door.staff_page(Permission.OUTREACH_TEMPLATE_READ)
def one(request: door.DeskRequest, template_id: int) -> HttpResponse:
    """A template with every wording it ever had."""
    return _one(request, template_id)


def _one(request: door.DeskRequest, template_id: int, refusal: Refusal | None = None) -> HttpResponse:
    found = templates.template(by=request.actor, template_id=template_id)
    versions = templates.history(by=request.actor, template_id=template_id)
    context = {
        "template": found,
        "versions": [(each, previewing.of_version(body=each.body)) for each in versions],
        "waits": any(each.state == "asked" for each in versions),
        "in_use": any(each.state == "approved" for each in versions),
        "may_ask": request.actor.may(Permission.OUTREACH_TEMPLATE_ASK),
        "may_decide": request.actor.may(Permission.OUTREACH_TEMPLATE_DECIDE),
        "me": request.actor.staff_id,
        "longest_why": templates.LONGEST_WHY,
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/templates/template.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_TEMPLATE_ASK)
def version(request: door.DeskRequest, template_id: int) -> HttpResponse:
    """Asks for a new wording."""
    found = templates.template(by=request.actor, template_id=template_id)
    refusal: Refusal | None = None
    body = request.POST.get("body", "")
    if request.method == "POST":
        try:
            templates.ask_version(by=request.actor, template_id=template_id, body=body, now=request.now)
        except (templates.WaitsAlready, wordings.BadWording) as no:
            refusal = no
        else:
            messages.success(request, _("已提交，等待另一个人审批。"))
            return door.redirect(f"{HERE}{template_id}/")
    else:
        known = templates.history(by=request.actor, template_id=template_id)
        body = next((each.body for each in known if each.state == "approved"), known[0].body if known else "")
    context = _frame(refusal) | {
        "template": found,
        "body": body,
        "preview": previewing.of_wording(body=body, kind=found.kind, uses=found.uses) if body else None,
    }
    return door.render(request, "desk/templates/version.html", context, status=refusal.status if refusal else 200)


@require_POST
@door.staff_page(Permission.OUTREACH_TEMPLATE_DECIDE)
def decide(request: door.DeskRequest, template_id: int, version_id: int, act: str) -> HttpResponse:
    """批准, or 不批准 with a reason."""
    approve = act == "approve"
    if version_id not in {each.version_id for each in templates.history(by=request.actor, template_id=template_id)}:
        raise NotFound
    try:
        templates.decide(
            by=request.actor, version_id=version_id, approve=approve, why=request.POST.get("why", ""), now=request.now
        )
    except (templates.OwnVersion, templates.DecidedAlready, templates.NoReason, wordings.BadWording) as refusal:
        return _one(request, template_id, refusal)
    messages.success(request, _("已批准，现在可以使用。") if approve else _("已退回，不批准。"))
    return door.redirect(f"{HERE}{template_id}/")


@require_POST
@door.staff_page(Permission.OUTREACH_TEMPLATE_DECIDE)
def retire(request: door.DeskRequest, template_id: int) -> HttpResponse:
    """停用, with a reason."""
    try:
        templates.retire(by=request.actor, template_id=template_id, why=request.POST.get("why", ""), now=request.now)
    except (templates.NotInUse, templates.NoReason) as refusal:
        return _one(request, template_id, refusal)
    messages.success(request, _("已停用：排队中的短信也不会再发出。"))
    return door.redirect(f"{HERE}{template_id}/")
