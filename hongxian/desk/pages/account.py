"""/login/, /logout/, /language/: coming in and going out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.desk import arriving, door, entering
from hongxian.org import sessions, signing_in

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
            return HttpResponseRedirect(entering.safe_next(request, request.POST.get("next", "")))
        status = 422
    return sign_in_page(request, form=form, status=status, why=arriving.why_not(request.GET.get("why", "")))


def sign_in_page(request: HttpRequest, *, form: SignInForm | None = None, why: str = "", status: int = 200) -> HttpResponse:
    """The page with every way in."""
    context = {
        "form": form or SignInForm(),
        "next": request.GET.get("next", request.POST.get("next", "")),
        "why": why,
        "companies": company_names(),
        "demo_sign_ins": _demo(),
    }
    return door.render(request, "desk/login.html", context, status=status)


def company_names() -> list[tuple[str, str]]:
    """The companies whose accounts open the desk, as people call them."""
    called = {"dingtalk": _("钉钉"), "feishu": _("飞书"), "wecom": _("企业微信"), "oidc": _("公司账号")}
    return [(key, company["name"] or str(called[key])) for key, company in settings.SIGN_IN.items()]


def _signed_in(request: HttpRequest, employee_no: str, password: str, form: SignInForm) -> bool:
    now = timezone.now()
    if entering.too_many(request, employee_no=employee_no, now=now):
        form.add_error(None, arriving.why_not(arriving.SHUT))
        return False
    user = authenticate(request, username=employee_no, password=password)
    if user is None or not entering.let_in(request, account_id=user.pk, how=sessions.PASSWORD, now=now):
        entering.failed(request, employee_no=employee_no, now=now)
        form.add_error(None, _("工号或密码不对。"))
        return False
    return True


def _demo() -> list[tuple[str, str, str]]:
    """In the demo the page offers one account a role; nowhere else."""
    return signing_in.demo_sign_ins(settings.HOME.path) if settings.DEMO else []


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session, and its line in the list."""
    now = timezone.now()
    session_id, actor = request.session.get(door.SESSION), door.actor_of(request, now=now)
    if actor is not None and session_id is not None:
        sessions.sign_out(staff_id=actor.staff_id, session_id=session_id, now=now)
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
