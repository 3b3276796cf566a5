"""
Tables of safety: suspicions, the cases that come of them, and what the fraud desk did.

Who reported stands in two columns of a report that no process which serves may read: not the fraud desk, not the worker. Times
are full hours, so that no other record of the same second says it either.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel

ABOUT = (
    Q(about="member", member_id__isnull=False, staff_id=None)
    | Q(about="staff", member_id=None, staff_id__isnull=False)
    | Q(about="other", member_id=None, staff_id=None)
)

# The numbers that vault/words.py hands out for nobody; neither a member's nor a phone number's.
NOBODYS = Q(subject__lte=-(2**61))


class Case(DistributedModel):
    """A suspicion about somebody, from its first report to its result. One open case a person."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    about = models.CharField(max_length=6)
    member_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=7, default="open")
    opened_at = models.DateTimeField()
    reports = models.SmallIntegerField(default=1)
    # What the fraud desk's own notes on it are sealed under; a number below zero, nobody's.
    subject = models.BigIntegerField()
    taken_by = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    result = models.CharField(max_length=12, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ABOUT, name="safety_case_is_about_one"),
            models.CheckConstraint(condition=NOBODYS, name="safety_case_is_sealed_under_nobody"),
            models.CheckConstraint(
                condition=Q(state="open", taken_by=None, closed_at=None, result="")
                | Q(state="looking", taken_by__isnull=False, closed_at=None, result="")
                | Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(result=""),
                name="safety_case_closes_with_a_result",
            ),
            models.UniqueConstraint(
                fields=["city_id", "member_id"],
                condition=Q(member_id__isnull=False) & ~Q(state="closed"),
                name="safety_case_one_open_a_member",
            ),
            models.UniqueConstraint(
                fields=["city_id", "staff_id"],
                condition=Q(staff_id__isnull=False) & ~Q(state="closed"),
                name="safety_case_one_open_a_colleague",
            ),
        ]


class Report(DistributedModel):
    """One press. Words that came through the portal wait here, sealed, until the worker has found their case."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    case_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=6)
    member_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    # What its words are sealed under; a number below zero, nobody's.
    subject = models.BigIntegerField()
    reporter_kind = models.CharField(max_length=10)
    reporter_id = models.BigIntegerField()
    words = models.BinaryField(null=True)
    kek_id = models.SmallIntegerField(null=True)
    wrapped = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ABOUT, name="safety_report_is_about_one"),
            models.CheckConstraint(condition=NOBODYS, name="safety_report_is_sealed_under_nobody"),
            models.CheckConstraint(condition=Q(reporter_kind__in=["member", "staff"]), name="safety_report_of_a_member_or_staff"),
        ]
        indexes = [models.Index(fields=["city_id", "case_id", "id"], name="safety_report_of_case")]


class Event(DistributedModel):
    """What the fraud desk did about a case."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    case_id = models.BigIntegerField()
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    what = models.CharField(max_length=8)

    class Meta:
        indexes = [models.Index(fields=["city_id", "case_id", "id"], name="safety_event_of_case")]
