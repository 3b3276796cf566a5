"""Tables of partners. A request lies sealed to the worker until it has been dealt with; then nothing of the person is left in it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Partner(models.Model):
    """Another system, for one city."""

    id = models.BigAutoField(primary_key=True)
    city_id = models.IntegerField()
    name = models.TextField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    why = models.TextField()
    ended_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city_id", "name"], name="partners_name_once_a_city")]


class Key(models.Model):
    """What a partner shows at the door. Of the secret only a hash is kept: it is shown once."""

    id = models.BigAutoField(primary_key=True)
    partner_id = models.BigIntegerField()
    digest = models.BinaryField()
    scopes = ArrayField(models.TextField())
    a_minute = models.IntegerField()
    expires_on = models.DateField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    why = models.TextField()
    ended_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(default="", db_default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(a_minute__gt=0), name="partners_key_allows_something")]
        indexes = [models.Index(fields=["partner_id"], name="partners_key_of")]


class Hook(models.Model):
    """Where a partner wants to be told; address and secret lie sealed to the worker, the host is for people. The newest counts."""

    id = models.BigAutoField(primary_key=True)
    partner_id = models.BigIntegerField()
    name = models.TextField()
    sealed = models.BinaryField()
    host = models.TextField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    why = models.TextField()
    ended_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner_id"], condition=Q(ended_at=None), name="partners_one_hook_at_a_time")
        ]


class Request(DistributedModel):
    """One thing that a partner asked for, once for each of its idempotency keys. `idem` and `digest` are macs: a key may hold a number."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    public_id = models.UUIDField()
    partner_id = models.BigIntegerField()
    key_id = models.BigIntegerField()
    idem = models.BinaryField()
    digest = models.BinaryField()
    kind = models.CharField(max_length=12)
    sealed = models.BinaryField(null=True)
    taken_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting", db_default="waiting")
    reason = models.TextField(default="", db_default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "partner_id", "idem"], name="partners_request_once_a_key"),
            models.CheckConstraint(
                condition=Q(state="waiting", done_at=None) | Q(state__in=["done", "failed"], done_at__isnull=False, sealed=None),
                name="partners_request_keeps_nothing_when_done",
            ),
        ]
        indexes = [
            models.Index(fields=["city_id", "id"], name="partners_request_waiting", condition=Q(state="waiting")),
            models.Index(fields=["city_id", "public_id"], name="partners_request_by_name"),
            models.Index(fields=["city_id", "partner_id", "taken_at"], name="partners_request_lately"),
        ]


class Minute(DistributedModel):
    """How often a key was used in one minute."""

    pk = models.CompositePrimaryKey("city_id", "key_id", "minute")
    key_id = models.BigIntegerField()
    minute = models.DateTimeField()
    used = models.IntegerField()
    cap = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(used__lte=F("cap")), name="partners_minute_within_cap")]


class Delivery(DistributedModel):
    """Something that a partner is to be told: its own requests' ends, by their names. Sent until it is taken, for a day."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    public_id = models.UUIDField()
    partner_id = models.BigIntegerField()
    body = models.TextField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting", db_default="waiting")
    tries = models.SmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField()
    answered = models.SmallIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["city_id", "next_at"], name="partners_delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["city_id", "partner_id", "made_at"], name="partners_delivery_lately"),
        ]
