from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "hongxian.visits"
    label = "visits"
