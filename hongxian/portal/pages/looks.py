"""/looks/: who looked at the visitor; each line with its proof, and the program that checks it."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hongxian.audit import proving
from hongxian.kernel.refusal import NotFound
from hongxian.portal import door, looking


class PageForm(forms.Form):
    """Whose lines, and from where on."""

    who = forms.ChoiceField(choices=[(each, each) for each in looking.WHO], required=False)
    before = forms.IntegerField(min_value=1, max_value=looking.NEWEST, required=False)


@never_cache
@require_safe
@door.visitor_page
def looks(request: door.PortalRequest) -> HttpResponse:
    """A page of lines by day, the newest first; staff's unless others are asked for."""
    form = PageForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    who = asked.get("who") or "staff"
    page = looking.looks(visit=request.visit, who=who, before=asked.get("before"), now=request.now)
    context = {"page": page, "who": who, "choices": looking.WHO, "first": not asked.get("before"), "here": "looks"}
    return door.render(request, "portal/looks/looks.html", context)


@never_cache
@require_safe
@door.visitor_page
def proof(request: door.PortalRequest) -> HttpResponse:
    """GET /looks/proof.json: all lines with their proofs."""
    return _file(proving.dumps(looking.proof(visit=request.visit, number=None)), "hongxian-looks.json")


@never_cache
@require_safe
@door.visitor_page
def proof_of_line(request: door.PortalRequest, number: int) -> HttpResponse:
    """GET /looks/<number>/proof.json: one line with its proof."""
    return _file(proving.dumps(looking.proof(visit=request.visit, number=number)), f"hongxian-look-{number}.json")


@require_safe
@door.visitor_page
def verifier(request: door.PortalRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """GET /looks/verify_log.py: the program that checks proofs, offline."""
    if not proving.VERIFIER.exists():
        raise NotFound
    return _file(proving.VERIFIER.read_text(encoding="utf-8"), "verify_log.py", kind="text/x-python")


def _file(text: str, name: str, kind: str = "application/json") -> HttpResponse:
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
