from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "hongxian.members"
    label = "members"
