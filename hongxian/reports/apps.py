from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "hongxian.reports"
    label = "reports"
