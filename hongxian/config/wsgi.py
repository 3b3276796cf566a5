"""What the web server loads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import Resolver404, get_resolver, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOR_MACHINES = "/api/gateways/"


class Bare(WSGIHandler):
    """Django without what pages need: no session, form, language or frame. A campaign brings a call back for each of its texts."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """None at all. Called once, before anybody is served."""
        kept, settings.MIDDLEWARE = settings.MIDDLEWARE, []
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = kept


def _with_door(pages: WSGIHandler) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    bare = Bare()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(FOR_MACHINES) and _is_there(path):
            return bare(environ, start_response)
        return pages(environ, start_response)

    return answer


def _is_there(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


application = get_wsgi_application() if settings.PROCESS == "portal" else _with_door(get_wsgi_application())
get_resolver().url_patterns  # noqa: B018 - all pages are read now, before there are several of us, and not by whoever calls first
