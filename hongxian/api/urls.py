"""Every address of the door for machines."""

from __future__ import annotations

from django.urls import path, re_path

from hongxian.api import partner_door
from hongxian.api.pages import calls, gateways, partners  # noqa: F401 - partners puts its addresses into the door

urlpatterns = [
    path("api/v1/", partner_door.api.urls),
    re_path("^api/v1/", partner_door.nowhere),
    path("api/gateways/<slug:gateway>/report/<slug:word>/<slug:mac>/", gateways.report),
    path("api/gateways/<slug:gateway>/reply/<slug:mac>/", gateways.reply),
    path("api/gateways/<slug:gateway>/call/<slug:mac>/", calls.events),
]
