"""Tables of the review of tiers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Review(DistributedModel):
    """One consultant's month: what came of it, what the rule makes of it, and what the manager decided."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    month = models.DateField()
    store_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    tier_before = models.CharField(max_length=1)
    tier_proposed = models.CharField(max_length=1)
    reason = models.CharField(max_length=9)
    score = models.IntegerField(null=True)
    calls = models.IntegerField()
    connects = models.IntegerField()
    interested = models.IntegerField()
    arrived = models.IntegerField()
    contracts = models.IntegerField()
    refusals = models.IntegerField()
    complaints = models.IntegerField()
    proposed_at = models.DateTimeField()
    tier_decided = models.CharField(max_length=1, default="", db_default="")
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "month", "staff_id"], name="tiers_review_once_a_month"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, tier_decided="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, tier_decided__in=["X", "Y", "Z"]),
                name="tiers_review_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("staff_id")), name="tiers_review_not_of_oneself"
            ),
        ]
        indexes = [models.Index(fields=["city_id", "store_id", "month"], name="tiers_review_of_store")]
