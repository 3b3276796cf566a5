"""Tables of contracts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel

MOST_FEN = 100_000_000  # a million yuan


class Package(models.Model):
    """What the company sells: a name, how many months, and its list price. Never altered: it is closed, and another opened."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=20, unique=True)
    months = models.SmallIntegerField()
    price_fen = models.BigIntegerField()
    open = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=36), name="sales_package_months"),
            models.CheckConstraint(condition=Q(price_fen__gt=0, price_fen__lte=MOST_FEN), name="sales_package_price"),
        ]


class Contract(DistributedModel):
    """
    A service contract of one member: filed by the consultant, in force once the store manager has compared it with the paper.

    filed → signed → ended or cancelled; filed → declined. Only a signed one is a ground. `member_id` stays a number of record.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    store_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    package_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    signed_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=9, default="filed")
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    over_at = models.DateTimeField(null=True)
    over_by = models.BigIntegerField(null=True)
    why = models.CharField(max_length=12, default="", db_default="")
    request_key = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "request_key"], name="sales_contract_filed_once"),
            models.UniqueConstraint(
                fields=["city_id", "member_id"], condition=Q(state__in=["filed", "signed"]), name="sales_contract_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0, amount_fen__lte=MOST_FEN), name="sales_contract_amount"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("signed_on")), name="sales_contract_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("staff_id")), name="sales_contract_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="filed", decided_at=None, over_at=None)
                | Q(state__in=["signed", "declined"], decided_at__isnull=False, over_at=None)
                | Q(state__in=["ended", "cancelled"], decided_at__isnull=False, over_at__isnull=False),
                name="sales_contract_state",
            ),
        ]
        indexes = [
            models.Index(fields=["city_id", "store_id", "decided_at"], name="sales_contract_decided"),
            models.Index(fields=["city_id", "store_id", "filed_at"], name="sales_contract_filed"),
            models.Index(fields=["city_id", "member_id"], name="sales_contract_of_member"),
        ]
