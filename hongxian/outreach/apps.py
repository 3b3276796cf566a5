from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "hongxian.outreach"
    label = "outreach"
