"""/login/, /logout/, /language/: coming in and going out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.desk import door
from hongxian.org import signing_in

if TYPE_CHECKING:
    from django.http import HttpRequest


class SignInForm(forms.Form):
    """Employee number and password."""

    username = forms.CharField(max_length=64, strip=True)
    password = forms.CharField(max_length=256, strip=False)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; the same answer for a wrong number, a wrong password and a closed account."""
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if _signed_in(request, form.cleaned_data["username"], form.cleaned_data["password"], form):
            return HttpResponseRedirect(_next(request))
        status = 422
    context = {"form": form, "next": request.GET.get("next", request.POST.get("next", "")), "demo_sign_ins": _demo()}
    return door.render(request, "desk/login.html", context, status=status)


def _signed_in(request: HttpRequest, employee_no: str, password: str, form: SignInForm) -> bool:
    now = timezone.now()
    address = request.META.get("REMOTE_ADDR", "")
    if signing_in.too_many_tries(employee_no=employee_no, address=address, since=now - timedelta(minutes=15)):
        form.add_error(None, _("尝试次数过多，请 15 分钟后再试。"))
        return False
    user = authenticate(request, username=employee_no, password=password)
    epoch = signing_in.epoch_of(employee_no=employee_no)
    if user is None or epoch is None:
        signing_in.note_failed_try(employee_no=employee_no, address=address, at=now)
        form.add_error(None, _("工号或密码不对。"))
        return False
    login(request, user)
    request.session[door.EPOCH] = epoch
    return True


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return asked
    return "/"


def _demo() -> list[tuple[str, str, str]]:
    """In the demo the page offers one account a role; nowhere else."""
    return signing_in.demo_sign_ins(settings.HOME.path) if settings.DEMO else []


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return HttpResponseRedirect("/login/")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remembers 中文 or English in a cookie and goes back."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next") or request.META.get("HTTP_REFERER", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    if translation.check_for_language(wanted) and wanted in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86400, samesite="Lax", httponly=True)
    return answer
