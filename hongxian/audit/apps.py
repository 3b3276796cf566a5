from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "hongxian.audit"
    label = "audit"
