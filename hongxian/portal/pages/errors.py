"""What visitors see when a form came from an old page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form from an old page or another site."""
    context = {"message": _("这一页已经过期，请返回上一页，刷新后再试。"), "code": "csrf", "status": 403}
    return render(request, "portal/refused.html", context, status=403)
