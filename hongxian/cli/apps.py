"""The console's commands, as Django finds them."""

from django.apps import AppConfig


class Cli(AppConfig):
    """Commands only; no tables."""

    name = "hongxian.cli"
    label = "cli"
