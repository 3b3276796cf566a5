"""Tables of the record. Whoever serves may add to them; nobody who serves may alter or delete."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Trace(DistributedModel):
    """One look, act or denied try. A list page is one row with all ids. Partitioned by month; made in the migration."""

    pk = models.CompositePrimaryKey("city_id", "at", "id")
    id = BigSerialField()
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    role = models.TextField()
    store_id = models.BigIntegerField(null=True)
    process = models.TextField()
    action = models.TextField()
    purpose = models.TextField()
    ground = models.TextField(default="")
    member_ids = ArrayField(models.BigIntegerField())
    fields = ArrayField(models.TextField())
    outcome = models.TextField()
    reason = models.TextField(default="")
    permit_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "audit_trace"


class Change(models.Model):
    """A change to the company's own settings or people: before, after, who and why."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    action = models.TextField()
    thing = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField(default="")
