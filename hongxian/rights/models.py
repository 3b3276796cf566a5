"""Tables of the rights of persons. What people write is sealed in the vault; here are only the numbers of its envelopes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel

KINDS = ["copy", "move", "correct", "delete", "explain", "restrict", "kin", "number_source", "other"]


class Request(DistributedModel):
    """A person's request and its clock. Who has no record is known by the number's keyed hash, in city 0."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField(null=True)
    number_hash = models.BinaryField(null=True)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=8, default="open")
    opened_at = models.DateTimeField()
    # Fifteen working days, fixed when the request is made: nobody who serves may move it.
    due_on = models.DateField()
    remind_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    handled_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    said_id = models.BigIntegerField(null=True)
    answer_id = models.BigIntegerField(null=True)
    # A deletion that the person pressed in the portal; the worker erases on nothing else.
    pressed = models.BooleanField(default=False, db_default=False)
    refusal_reason = models.CharField(max_length=16, default="", db_default="")
    complaint_route = models.CharField(max_length=16, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="rights_request_kind_is_known"),
            models.CheckConstraint(
                condition=Q(member_id__isnull=False, number_hash=None, city_id__gt=0)
                | Q(member_id=None, number_hash__isnull=False, city_id=0),
                name="rights_request_is_of_a_member_or_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "working"], answered_at=None, answer_id=None)
                | Q(state__in=["done", "refused"], answered_at__isnull=False, answer_id__isnull=False, handled_by__isnull=False),
                name="rights_request_ends_with_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal_reason="") & ~Q(complaint_route=""),
                name="rights_request_refused_with_reason_and_route",
            ),
            models.CheckConstraint(condition=Q(remind_on__lte=F("due_on")), name="rights_request_reminds_before_it_is_due"),
        ]
        indexes = [
            models.Index(fields=["city_id", "due_on"], name="rights_request_waiting", condition=Q(state__in=["open", "working"])),
            models.Index(fields=["city_id", "member_id"], name="rights_request_of"),
            models.Index(fields=["city_id", "number_hash"], name="rights_request_by_number", condition=Q(member_id=None)),
        ]


class Complaint(DistributedModel):
    """
    A complaint. Open until the privacy officer answers, and again when the person is not content.

    There is no column that a store could set to close it: closing takes the privacy officer's role and an answer.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField(null=True)
    number_hash = models.BinaryField(null=True)
    about = models.CharField(max_length=8)
    store_id = models.BigIntegerField(null=True)
    staff_alias = models.CharField(max_length=40, default="", db_default="")
    opened_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closed_role = models.CharField(max_length=20, default="", db_default="")
    reopened_at = models.DateTimeField(null=True)
    said_id = models.BigIntegerField(null=True)
    answer_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(about__in=["store", "staff", "call", "text", "data", "other"]), name="rights_complaint_about_is_known"
            ),
            models.CheckConstraint(
                condition=Q(member_id__isnull=False, number_hash=None, city_id__gt=0)
                | Q(member_id=None, number_hash__isnull=False, city_id=0),
                name="rights_complaint_is_of_a_member_or_a_number",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, closed_role="", answer_id=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, closed_role="privacy_officer", answer_id__isnull=False),
                name="rights_complaint_closed_by_the_privacy_officer_only",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None) | Q(closed_at__isnull=False), name="rights_complaint_reopened_after_it_was_closed"
            ),
        ]
        indexes = [
            models.Index(fields=["city_id", "store_id", "id"], name="rights_complaint_of_store"),
            models.Index(fields=["city_id", "member_id"], name="rights_complaint_of"),
        ]


class Event(DistributedModel):
    """One line in the history of a request or complaint. Only ever added."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    thing = models.CharField(max_length=9)
    thing_id = models.BigIntegerField()
    at = models.DateTimeField()
    who = models.CharField(max_length=6)
    staff_id = models.BigIntegerField(null=True)
    what = models.CharField(max_length=12)
    words_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(thing__in=["request", "complaint"]), name="rights_event_thing_is_known"),
            models.CheckConstraint(condition=Q(who__in=["person", "staff", "system"]), name="rights_event_who_is_known"),
        ]
        indexes = [models.Index(fields=["city_id", "thing", "thing_id", "id"], name="rights_event_of")]


class Incident(models.Model):
    """A leak or misuse, from its discovery to its report: what happened, whom it touches, what they are told. Of the company, not of a city."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    discovered_at = models.DateTimeField()
    # Whom it touches is read from the traces of this span, by person, store or process; and from a list.
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    staff_id = models.BigIntegerField(null=True)
    store_id = models.BigIntegerField(null=True)
    process = models.CharField(max_length=10, default="", db_default="")
    listed = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    listed_fields = ArrayField(models.TextField(), default=list, db_default=models.Value([], ArrayField(models.TextField())))
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField()
    # The desk asks for a count, the worker makes it: one that is older than the question doesn't hold.
    asked_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    cause = models.TextField(default="", db_default="")
    harm = models.TextField(default="", db_default="")
    measures = models.TextField(default="", db_default="")
    advice = models.TextField(default="", db_default="")
    contact = models.TextField(default="", db_default="")
    notice_zh = models.TextField(default="", db_default="")
    notice_en = models.TextField(default="", db_default="")
    notified_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["leak", "tamper", "loss", "misuse", "other"]), name="rights_incident_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(begins_at=None, ends_at=None) | Q(ends_at__gt=F("begins_at")),
                name="rights_incident_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(notified_at=None)
                | Q(counted_at__isnull=False) & ~Q(notice_zh="") & ~Q(notice_en="") & ~Q(measures=""),
                name="rights_incident_notifies_with_text_and_measures",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(reported_at__isnull=False), name="rights_incident_closed_after_its_report"
            ),
        ]


class Affected(DistributedModel):
    """A member whom an incident touches: which fields were seen, how often, and from when to when."""

    pk = models.CompositePrimaryKey("city_id", "incident_id", "member_id")
    incident_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    fields = ArrayField(models.TextField())
    reads = models.IntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["city_id", "member_id"], name="rights_affected_of")]


class Duty(models.Model):
    """A yearly duty that was done, and who said so; the next is due a year later."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16)
    done_on = models.DateField()
    staff_id = models.BigIntegerField()
    at = models.DateTimeField()
