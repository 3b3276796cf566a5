"""/texts/: what we texted to the visitor."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hongxian.portal import door, own_texts

if TYPE_CHECKING:
    from django.http import HttpResponse


@never_cache
@require_safe
@door.visitor_page
def texts(request: door.PortalRequest) -> HttpResponse:
    """The newest first."""
    rows, following = own_texts.texts(visit=request.visit, before=_moment(request.GET.get("before", "")), now=request.now)
    return door.render(request, "portal/texts/texts.html", {"rows": rows, "following": following, "here": "texts"})


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
