"""/enter/: a number, a code, and in. /leave/ and /language/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.outreach import outbox
from hongxian.portal import door, entering

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LANGUAGE_LASTS = 365 * 86400


class NumberForm(forms.Form):
    """A mobile number as people write it."""

    number = forms.CharField(max_length=40, strip=True)


class CodeForm(NumberForm):
    """The code from the text."""

    code = forms.CharField(max_length=12, strip=True)


@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The first step: to which number the code goes. The answer is the same for numbers that nobody knows."""
    if request.method == "GET":
        context = {"demo": settings.DEMO, "demo_number": outbox.demo_number()}
        return door.render(request, "portal/enter/number.html", context)
    form = NumberForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else ""
    try:
        entering.ask_code(number=number, now=timezone.now())
    except (entering.CannotEnter, Refusal) as refusal:
        context = {"problem": refusal.message, "number": number, "demo": settings.DEMO}
        if isinstance(refusal, entering.TooSoon):  # the code of a moment ago is still good
            return door.render(request, "portal/enter/code.html", context, status=refusal.status)
        return door.render(request, "portal/enter/number.html", context, status=refusal.status)
    return door.render(request, "portal/enter/code.html", {"number": number, "demo": settings.DEMO})


@never_cache
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """The second step: the code."""
    form = CodeForm(request.POST)
    number, given = request.POST.get("number", "")[:40], form.cleaned_data["code"] if form.is_valid() else ""
    try:
        token = entering.enter(number=number, code=given, now=timezone.now())
    except Refusal as refusal:
        context = {"problem": refusal.message, "number": number, "demo": settings.DEMO}
        return door.render(request, "portal/enter/code.html", context, status=refusal.status)
    return door.remember(door.redirect("/"), token)


@require_POST
@door.visitor_page
def leave(request: door.PortalRequest) -> HttpResponse:
    """Ends the visit."""
    entering.leave(visit=request.visit, now=request.now)
    answer = door.redirect("/enter/")
    answer.delete_cookie(door.COOKIE, samesite="Lax")
    return answer


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remembers 中文 or English in a cookie and goes back."""
    wanted, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = door.redirect(back)
    if translation.check_for_language(wanted) and wanted in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=LANGUAGE_LASTS, samesite="Lax", httponly=True)
    return answer


@never_cache
@require_safe
def demo_outbox(request: HttpRequest) -> HttpResponse:
    """/demo/outbox/: the texts that the demo would have sent. Not there outside the demo."""
    if not settings.DEMO:
        return door.refused(request, NotFound())
    sent = [(each.at, each.number, each.code, each.words) for each in outbox.newest()]
    return door.render(request, "portal/enter/outbox.html", {"sent": sent})
