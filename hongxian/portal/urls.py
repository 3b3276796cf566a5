"""Every address of the portal."""

from __future__ import annotations

from django.urls import path

from hongxian.portal import pages

urlpatterns = [path("", pages.welcome), path("health/live", pages.live)]
