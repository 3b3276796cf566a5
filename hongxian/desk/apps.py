from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "hongxian.desk"
    label = "desk"
