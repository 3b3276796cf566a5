from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "hongxian.intake"
    label = "intake"
