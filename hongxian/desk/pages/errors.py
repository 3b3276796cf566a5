"""What people see when something is not there, not allowed or broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form from an old page or another site."""
    return render(request, "403.html", {"code": "csrf"}, status=403)
