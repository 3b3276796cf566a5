"""Tables of outreach."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel
from hongxian.outreach.models_folded import DaySum  # noqa: F401 - Django looks for tables here


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
    placed = models.IntegerField(default=0, db_default=0)
    talked = models.IntegerField(default=0, db_default=0)
    talk_seconds = models.IntegerField(default=0, db_default=0)
    # Contacts that the gate refused because a cap was reached, and rests that began with a third no-answer.
    cap_hits = models.IntegerField(default=0, db_default=0)
    rests = models.IntegerField(default=0, db_default=0)

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


class Template(models.Model):
    """A text that staff may send, by name; what it says stands in its versions."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    kind = models.CharField(max_length=9)
    uses = ArrayField(models.TextField())
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["promotion", "service"]), name="outreach_template_kind")]


class Version(models.Model):
    """One wording of a template, asked for by one person and decided by another. Never altered: a new wording is a new version."""

    id = models.BigAutoField(primary_key=True)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    number = models.SmallIntegerField()
    body = models.TextField()
    state = models.CharField(max_length=8, default="asked")
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(default="", db_default="")
    retired_by = models.BigIntegerField(null=True)
    retired_at = models.DateTimeField(null=True)
    retired_why = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="outreach_version_number_once"),
            models.UniqueConstraint(fields=["template"], condition=Q(state="approved"), name="outreach_version_one_approved"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="outreach_version_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None)
                | Q(state__in=["approved", "refused", "retired"], decided_by__isnull=False),
                name="outreach_version_state",
            ),
        ]


class Campaign(DistributedModel):
    """
    Texts to many (群发): asked for by a manager, approved by the store manager, planned and sent by the worker.

    The plan walks through the audience by member number; `walked_to` moves on in the transaction that queues a batch, and
    all of a campaign's texts have the same `at` (`planning_at`), under which the database takes each member once.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    store_id = models.BigIntegerField()
    name = models.TextField()
    audience = models.CharField(max_length=7)
    filters = models.JSONField(default=dict)
    variables = models.JSONField(default=dict, db_default={})
    version_id = models.BigIntegerField()
    state = models.CharField(max_length=8, default="asked")
    team_id = models.BigIntegerField(null=True)
    asked_by = models.BigIntegerField()
    asked_role = models.TextField(default="", db_default="")
    asked_at = models.DateTimeField()
    request_key = models.UUIDField(db_default=RandomUUID())
    why = models.TextField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(default="", db_default="")
    planning_at = models.DateTimeField(null=True)
    walked_to = models.BigIntegerField(default=0, db_default=0)
    walked = models.IntegerField(default=0, db_default=0)
    planned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "request_key"], name="outreach_campaign_asked_once"),
            models.CheckConstraint(condition=Q(audience__in=["library", "unheld"]), name="outreach_campaign_audience"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused", "approved", "planning", "sending", "paused", "stopped", "done"]),
                name="outreach_campaign_state",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="outreach_campaign_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_by__isnull=False), name="outreach_campaign_nothing_before_its_decision"
            ),
        ]
        indexes = [models.Index(fields=["city_id", "store_id", "id"], name="outreach_campaign_of_store")]


class LeftOut(DistributedModel):
    """How many a campaign's plan left out, reason by reason."""

    pk = models.CompositePrimaryKey("city_id", "campaign_id", "reason")
    campaign_id = models.BigIntegerField()
    reason = models.TextField()
    members = models.IntegerField()


class Message(DistributedModel):
    """
    One text to one member. Partitioned by the month in which it was queued (`at`).

    It goes waiting → handing (committed before the gateway is asked) → handed (the gateway took it) → delivered or failed.
    What was being handed over when the sender died is unknown, and is never sent again by itself. What the gate denies when
    its turn comes is dropped, with the reason. Its words are those of its version with `variables`, which hold nothing
    about a person; the form of address is put in when it is sent.
    """

    pk = models.CompositePrimaryKey("city_id", "at", "id")
    id = BigSerialField()
    at = models.DateTimeField()
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    store_id = models.BigIntegerField(null=True)
    how = models.TextField()
    purpose = models.TextField()
    version_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField(null=True)
    variables = models.JSONField(default=dict)
    parts = models.SmallIntegerField(null=True)
    state = models.TextField(default="waiting")
    reason = models.TextField(default="")
    permit_id = models.BigIntegerField(null=True)
    gateway = models.TextField(default="")
    latest_at = models.DateTimeField()
    handing_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    request_key = models.UUIDField()

    class Meta:
        managed = False
        db_table = "outreach_message"


class Report(DistributedModel):
    """What the gateway said about a text, as often as it says it, once each."""

    pk = models.CompositePrimaryKey("city_id", "message_at", "message_id", "state", "code")
    message_at = models.DateTimeField()
    message_id = models.BigIntegerField()
    state = models.TextField()
    code = models.TextField()
    received_at = models.DateTimeField()


class Arrived(models.Model):
    """
    What a gateway brought in (a report, a reply, an event of a call), sealed to the worker and gone once it has been dealt with.

    `key` is the same when the gateway brings the same thing again.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    key = models.TextField(unique=True)
    sealed = models.BinaryField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class PlacedCall(DistributedModel):
    """
    One call through a gateway: the consultant's phone first, then the member's. Partitioned by month.

    asked → consultant (their phone rings) → member (the member's rings) → talking → ended, with a cause.
    `hang_up_at` is the desk's wish, `nine_at` the member's: call me no more. `seen_at` is the dialer's heartbeat;
    `refused_at` says that the worker has filed the refusal that a nine is.
    """

    pk = models.CompositePrimaryKey("city_id", "at", "id")
    id = BigSerialField()
    at = models.DateTimeField()
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    store_id = models.BigIntegerField(null=True)
    permit_id = models.BigIntegerField(null=True)
    gateway = models.TextField(default="")
    gateway_ref = models.TextField(default="")
    dialer = models.TextField(default="")
    state = models.TextField(default="asked")
    cause = models.TextField(default="")
    consultant_at = models.DateTimeField(null=True)
    member_at = models.DateTimeField(null=True)
    talking_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    nine_at = models.DateTimeField(null=True)
    hang_up_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    recording = models.TextField(default="")
    filed_at = models.DateTimeField(null=True)
    request_key = models.UUIDField()

    class Meta:
        managed = False
        db_table = "outreach_placedcall"


class BusyLine(DistributedModel):
    """A consultant's line while a call of theirs is under way: one at a time, and the database says so."""

    pk = models.CompositePrimaryKey("city_id", "staff_id")
    staff_id = models.BigIntegerField()
    at = models.DateTimeField()
    request_key = models.UUIDField()


class TextTally(DistributedModel):
    """
    Counts of texts of one hour or day, by sender, template and how; kept in the transaction of what they count.

    Store and team are in the key: who changes team in the middle of a day has two rows of that day.
    """

    pk = models.CompositePrimaryKey("city_id", "staff_id", "version_id", "how", "span", "begins", "store_id", "team_id")
    staff_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    how = models.TextField()
    span = models.CharField(max_length=4)
    begins = models.DateTimeField()
    store_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    handed = models.IntegerField(default=0)
    parts = models.IntegerField(default=0)
    delivered = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    dropped = models.IntegerField(default=0)
    opted_out = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["city_id", "store_id", "span", "begins"], name="outreach_texttally_of_store")]


class Pause(DistributedModel):
    """A sender who is held up (暂停发送): by the budget, by a rhythm that looks like a machine's, or by a manager."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    staff_id = models.BigIntegerField()
    store_id = models.BigIntegerField(null=True)
    channel = models.TextField()
    reason = models.TextField()
    seen = models.JSONField(default=dict)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_by=None) | ~Q(ended_by=F("staff_id")), name="outreach_pause_ended_by_another"
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None)
                | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(ended_why="")),
                name="outreach_pause_ended_with_a_note",
            ),
        ]
        indexes = [models.Index(fields=["city_id", "staff_id", "since"], name="outreach_pause_of_staff")]
