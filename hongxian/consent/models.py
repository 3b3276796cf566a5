"""Tables of consent. Append-only by grants: a withdrawal or a lifting is a row of its own."""

from __future__ import annotations

from django.db import models

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Receipt(DistributedModel):
    """A yes: who gave it when, for which purpose, on the strength of what, and what they were shown."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    purpose = models.TextField()
    given_on = models.DateField()
    valid_until = models.DateField()
    evidence = models.TextField()
    notice_hash = models.TextField()
    origin = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city_id", "member_id", "purpose", "given_on", "origin"], name="consent_receipt_once_per_origin"
            )
        ]


class Withdrawal(DistributedModel):
    """A yes taken back: every receipt of that purpose recorded before it stops counting."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    purpose = models.TextField()
    recorded_at = models.DateTimeField()
    via = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["city_id", "member_id", "purpose"], name="consent_withdrawal_of")]


class Suppression(models.Model):
    """
    A no. Keyed by the number's hash and by where it was said, tied to no member, so that it outlives every record.

    On a cluster this table is spread by the hash. There is no lifting in this table: see Lifting.
    """

    pk = models.CompositePrimaryKey("number_hash", "origin")
    number_hash = models.BinaryField()
    origin = models.TextField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    staff_id = models.BigIntegerField(default=0)
    store_id = models.BigIntegerField(null=True)


class Lifting(models.Model):
    """The person's own yes after a no, proved by a code sent to that number; a later no holds again."""

    pk = models.CompositePrimaryKey("number_hash", "lifted_at")
    number_hash = models.BinaryField()
    lifted_at = models.DateTimeField()
    proof = models.TextField()
