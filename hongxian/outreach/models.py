"""Tables of outreach."""

from __future__ import annotations

from django.db import models

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Call(DistributedModel):
    """One call as it was filed. Partitioned by month; carries the person's number of record, no foreign key."""

    pk = models.CompositePrimaryKey("city_id", "at", "id")
    id = BigSerialField()
    at = models.DateTimeField()
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    store_id = models.BigIntegerField(null=True)
    outcome = models.TextField()
    seconds = models.IntegerField(null=True)
    permit_id = models.BigIntegerField(null=True)
    filed = models.TextField(default="hand")
    request_key = models.UUIDField()

    class Meta:
        managed = False
        db_table = "outreach_call"


class Tally(DistributedModel):
    """Counts of one consultant's hour or day, kept in the transaction of what they count."""

    pk = models.CompositePrimaryKey("city_id", "staff_id", "span", "begins")
    staff_id = models.BigIntegerField()
    span = models.CharField(max_length=4)
    begins = models.DateTimeField()
    store_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    calls = models.IntegerField(default=0)
    connects = models.IntegerField(default=0)
    no_answers = models.IntegerField(default=0)
    interested = models.IntegerField(default=0)
    visits = models.IntegerField(default=0)
    refusals = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["city_id", "store_id", "span", "begins"], name="outreach_tally_of_store")]
