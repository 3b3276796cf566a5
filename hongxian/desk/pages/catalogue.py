"""/desk/catalogue/: every purpose, how it stands, its texts and assessments; the register of processing; signing."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.consent import differing, queries, register, signing
from hongxian.consent import purposes as catalogues
from hongxian.desk import door, purposes
from hongxian.intake import reporting
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound

if TYPE_CHECKING:
    from django.http import QueryDict

    from hongxian.consent.purposes import Purpose

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SignForm(forms.Form):
    """An assessment as somebody fills it in."""

    notice_hash = forms.CharField(max_length=64)
    necessity = forms.CharField(max_length=8000)
    risks = forms.CharField(max_length=8000)
    measures = forms.CharField(max_length=8000)
    until = forms.DateField()

    def __init__(self, data: QueryDict, *, purpose: Purpose) -> None:
        """`purpose` says which fields and roles there are to tick."""
        super().__init__(data)
        self.fields["field"] = forms.MultipleChoiceField(required=False, choices=[(each, each) for each in purpose.fields])
        self.fields["role"] = forms.MultipleChoiceField(choices=[(each, each) for each in purpose.roles])


@require_safe
@door.staff_page(Permission.CONSENT_CATALOGUE_READ)
def catalogue(request: door.DeskRequest) -> HttpResponse:
    """Every purpose in one table."""
    standings = queries.standings(by=request.actor, today=day_of(request.now))
    views = [purposes.view(purpose, standings[name]) for name, purpose in catalogues.catalogue().purposes.items()]
    context = {
        "purposes": views,
        "live": sum(each.state in {"live", "soon", "exempt"} for each in views),
        "soon": sum(each.state == "soon" for each in views),
        "stopped": [each.name for each in views if each.stopped],
        "off": sum(each.state == "off" for each in views),
        "may_sign": request.actor.may(Permission.CONSENT_ASSESSMENT_SIGN),
    }
    return door.render(request, "desk/catalogue/catalogue.html", context)


@require_safe
@door.staff_page(Permission.CONSENT_CATALOGUE_READ)
def download(request: door.DeskRequest, kind: str) -> HttpResponse:  # noqa: ARG001 - the door's signature
    """The register of processing as a file, in the reader's language; as text in both."""
    if kind == "md":
        answer = HttpResponse(register.markdown(), content_type="text/markdown; charset=utf-8")
    else:
        tongue = purposes.language()
        rows = [list(astuple(line)) for line in register.lines(tongue)]
        content = reporting.write_xlsx(headings=register.headings(tongue), rows=rows, title=_("处理活动记录"))
        answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="register.{kind}"'
    return answer


@require_safe
@door.staff_page(Permission.CONSENT_CATALOGUE_READ)
def purpose(request: door.DeskRequest, purpose: str) -> HttpResponse:
    """One purpose: what members are told, its earlier texts and what changed, its assessments."""
    return _purpose(request, _known(purpose), "", status=200)


@require_POST
@door.staff_page(Permission.CONSENT_ASSESSMENT_SIGN)
def end(request: door.DeskRequest, purpose: str) -> HttpResponse:
    """Takes the assessment back."""
    known = _known(purpose)
    try:
        signing.take_back(by=request.actor, purpose=known.name, reason=request.POST.get("reason", "")[:2000], now=request.now)
    except (signing.TextMissing, signing.NothingToEnd) as refusal:
        return _purpose(request, known, str(refusal.message), status=refusal.status)
    return door.redirect(f"/desk/catalogue/{known.name}/")


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.CONSENT_ASSESSMENT_SIGN)
def assessment(request: door.DeskRequest, purpose: str) -> HttpResponse:
    """GET shows the form with what the last assessment said; POST signs."""
    known = _known(purpose)
    if request.method == "GET":
        return _sign_page(request, known, None, "", status=200)
    form = SignForm(request.POST, purpose=known)
    if not form.is_valid():
        return _sign_page(request, known, form, _("请填完每一项，并选择有效期。"), status=422)
    given = form.cleaned_data
    draft = signing.Draft(
        purpose=known.name,
        notice_hash=given["notice_hash"],
        fields=given["field"],
        roles=given["role"],
        necessity=given["necessity"],
        risks=given["risks"],
        measures=given["measures"],
        until=given["until"],
    )
    try:
        signing.sign(by=request.actor, draft=draft, now=request.now)
    except signing.CannotSign as refusal:
        return _sign_page(request, known, form, str(refusal.message), status=refusal.status)
    return door.redirect(f"/desk/catalogue/{known.name}/")


def _known(name: str) -> Purpose:
    found = catalogues.catalogue().purposes.get(name)
    if found is None:
        raise NotFound
    return found


def _purpose(request: door.DeskRequest, known: Purpose, problem: str, *, status: int) -> HttpResponse:
    rows = queries.assessments(by=request.actor, purpose=known.name)
    today = day_of(request.now)
    context = {
        "purpose": purposes.view(known, queries.standing(known, rows[0] if rows else None, today=today)),
        "versions": purposes.versions(known, differing.texts_of(purpose=known.name)),
        "assessments": purposes.signed(rows),
        "may_sign": request.actor.may(Permission.CONSENT_ASSESSMENT_SIGN),
        "problem": problem,
    }
    return door.render(request, "desk/catalogue/purpose.html", context, status=status)


def _sign_page(request: door.DeskRequest, known: Purpose, form: SignForm | None, problem: str, *, status: int) -> HttpResponse:
    rows = queries.assessments(by=request.actor, purpose=known.name)
    today = day_of(request.now)
    last = purposes.signed(rows[:1])
    texts = {name: getattr(last[0], name) if last else "" for name in ("necessity", "risks", "measures")}
    view = purposes.view(known, queries.standing(known, rows[0] if rows else None, today=today))
    ticked = {each.code for each in (*view.fields, *view.roles)}
    until = (
        today.replace(year=today.year + 1) if (today.month, today.day) != (2, 29) else today.replace(year=today.year + 1, day=28)
    )
    if form is not None:
        texts = {name: request.POST.get(name, "") for name in texts}
        ticked = {*request.POST.getlist("field"), *request.POST.getlist("role")}
    context = {
        "purpose": view,
        "texts": texts,
        "ticked": ticked,
        "until": request.POST.get("until", "") if form is not None else until.isoformat(),
        "first": (today + signing.SHORTEST).isoformat(),
        "last": (today + signing.LONGEST).isoformat(),
        "problem": problem,
    }
    return door.render(request, "desk/catalogue/assessment.html", context, status=status)
