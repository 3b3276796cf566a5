"""The design app."""

from __future__ import annotations

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "hongxian.design"
    label = "design"
    verbose_name = "design"
