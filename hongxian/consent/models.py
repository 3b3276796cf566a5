"""Tables of consent. Append-only by grants: a withdrawal or a lifting is a row of its own."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

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

    class Meta:
        indexes = [models.Index(fields=["recorded_at"], name="consent_suppression_at")]


class Lifting(models.Model):
    """The person's own yes after a no, proved by a code sent to that number; a later no holds again."""

    pk = models.CompositePrimaryKey("number_hash", "lifted_at")
    number_hash = models.BinaryField()
    lifted_at = models.DateTimeField()
    proof = models.TextField()


class Refusal(DistributedModel):
    """A no to one purpose's text when asked again: silences the question for that text. Nothing was ever granted by it."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    purpose = models.TextField()
    notice_hash = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["city_id", "member_id", "purpose"], name="consent_refusal_of")]


class Notice(models.Model):
    """What was shown for a purpose at one time, so that a receipt's text can be compared with today's."""

    pk = models.CompositePrimaryKey("purpose", "notice_hash")
    purpose = models.TextField()
    notice_hash = models.TextField()
    shown = models.JSONField()
    first_at = models.DateTimeField()


class Assessment(models.Model):
    """
    An impact assessment (个人信息保护影响评估) as it was signed: which fields and roles of a purpose it covers, and until when.

    Only the newest of a purpose counts. It is kept for ever; taking it back is a row of its own: see Ending.
    """

    id = models.BigAutoField(primary_key=True)
    purpose = models.TextField()
    notice_hash = models.TextField()
    fields = ArrayField(models.TextField())
    roles = ArrayField(models.TextField())
    necessity = models.TextField()
    risks = models.TextField()
    measures = models.TextField()
    # 0: came with the program and was signed by setting it up.
    staff_id = models.BigIntegerField()
    signed_at = models.DateTimeField()
    signed_on = models.DateField()
    valid_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("signed_on")) & Q(valid_until__lte=F("signed_on") + timedelta(days=1096)),
                name="consent_assessment_lasts_three_years_at_most",
            )
        ]
        indexes = [models.Index(fields=["purpose", "-id"], name="consent_assessment_newest")]


class Ending(models.Model):
    """An assessment taken back before its time."""

    assessment_id = models.BigIntegerField(primary_key=True)
    staff_id = models.BigIntegerField()
    reason = models.TextField()
    ended_at = models.DateTimeField()
