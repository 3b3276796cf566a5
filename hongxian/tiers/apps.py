from django.apps import AppConfig


class TiersConfig(AppConfig):
    name = "hongxian.tiers"
    label = "tiers"
