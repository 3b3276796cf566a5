"""What members meet until they can sign in here: what the company does with their data, and what it never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from hongxian.consent.purposes import catalogue

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """The purposes in force, in plain words."""
    chinese = (translation.get_language() or "zh").startswith("zh")
    notices = [
        (purpose.zh, purpose.notice_zh) if chinese else (purpose.en, purpose.notice_en)
        for purpose in catalogue().purposes.values()
        if purpose.live
    ]
    return render(request, "portal/welcome.html", {"notices": notices})


@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})
