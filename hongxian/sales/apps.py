from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "hongxian.sales"
    label = "sales"
