"""Tables of outreach."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

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


class Export(DistributedModel):
    """
    A file of a store's members that somebody asked for. Nothing of what is in it is kept here, only that it was made.

    A second person decides; it is made once, within a day. The database holds to both.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    store_id = models.BigIntegerField()
    requested_by = models.BigIntegerField()
    requested_at = models.DateTimeField()
    why = models.TextField()
    purpose = models.TextField()
    place = models.CharField(max_length=12, default="", db_default="")
    cap = models.SmallIntegerField()
    state = models.CharField(max_length=8, default="asked")
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    refused_by = models.BigIntegerField(null=True)
    refused_why = models.TextField(default="", db_default="")
    fetched_at = models.DateTimeField(null=True)
    rows = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cap__gte=1, cap__lte=1000), name="outreach_export_cap_is_1_to_1000"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")), name="outreach_export_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", approved_by=None, refused_by=None, fetched_at=None)
                | Q(state="refused", approved_by=None, refused_by__isnull=False, fetched_at=None)
                | Q(state="approved", approved_by__isnull=False, approved_at__isnull=False, fetched_at=None)
                | Q(
                    state="fetched",
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    fetched_at__isnull=False,
                    rows__isnull=False,
                ),
                name="outreach_export_made_after_approval",
            ),
            models.CheckConstraint(condition=Q(rows=None) | Q(rows__lte=F("cap")), name="outreach_export_within_its_cap"),
        ]
        indexes = [models.Index(fields=["city_id", "store_id", "id"], name="outreach_export_of_store")]
