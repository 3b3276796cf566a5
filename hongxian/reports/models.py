"""Tables of reports."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Watched(DistributedModel):
    """
    What one of the staff did in a day, in counts, for finding what stands out: written by the worker from traces and text tallies.

    `viewed` and `night` count different members, `denied` tries that were turned away, `texted` texts sent by hand.
    """

    pk = models.CompositePrimaryKey("city_id", "staff_id", "day")
    staff_id = models.BigIntegerField()
    day = models.DateField()
    role = models.TextField()
    store_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    viewed = models.IntegerField(default=0)
    night = models.IntegerField(default=0)
    denied = models.IntegerField(default=0)
    texted = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["city_id", "day"], name="reports_watched_of_day")]


class Anomaly(DistributedModel):
    """
    A day of somebody's that stands out (异常): what was seen, and `why` with the history it stands out against.

    `noted_seen` is what had been seen when somebody last acknowledged it: what grows much beyond is open again.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    staff_id = models.BigIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=8)
    store_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    seen = models.IntegerField()
    why = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    noted_seen = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "staff_id", "day", "kind"], name="reports_anomaly_once_a_day"),
            models.CheckConstraint(condition=Q(kind__in=["viewed", "night", "denied", "texted"]), name="reports_anomaly_kind"),
        ]
        indexes = [models.Index(fields=["city_id", "store_id", "day"], name="reports_anomaly_of_store")]


class Acknowledgement(DistributedModel):
    """That somebody looked into an anomaly, with what they found; only added. Nobody acknowledges their own."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    anomaly_id = models.BigIntegerField()
    about_id = models.BigIntegerField()
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    result = models.CharField(max_length=9)
    note = models.TextField()
    seen = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by_id=models.F("about_id")), name="reports_acknowledgement_by_another"),
            models.CheckConstraint(condition=~Q(note=""), name="reports_acknowledgement_with_a_note"),
            models.CheckConstraint(
                condition=Q(result__in=["explained", "talked", "passed_on"]), name="reports_acknowledgement_result"
            ),
        ]
        indexes = [models.Index(fields=["city_id", "anomaly_id"], name="reports_ack_of_anomaly")]


class Channel(DistributedModel):
    """
    A group's robot (群机器人) that gets a team's or a store's digest. Address and secret are sealed to the worker that sends.

    It is stopped, never deleted: the same address again is the same channel, and what it got this hour is still known.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    store_id = models.BigIntegerField()
    team_id = models.BigIntegerField()  # 0: the whole store
    kind = models.CharField(max_length=8)
    fingerprint = models.BinaryField()
    hint = models.CharField(max_length=4)
    sealed = models.BinaryField()
    active = models.BooleanField(default=True)
    since = models.DateTimeField()
    staff_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["wecom", "dingtalk", "feishu"]), name="reports_channel_kind"),
            models.UniqueConstraint(fields=["city_id", "store_id", "team_id", "fingerprint"], name="reports_channel_once"),
        ]


class Digest(DistributedModel):
    """
    One channel's digest of one hour: the key is what keeps it from being sent twice.

    waiting → sending → sent, or again waiting when the robot took nothing, or failed. `unknown`: whoever sent it died, or no
    answer came; it may have arrived and is not sent again. `missed`: its hour went by.
    """

    pk = models.CompositePrimaryKey("city_id", "channel_id", "hour")
    channel_id = models.BigIntegerField()
    hour = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting", db_default="waiting")
    tries = models.SmallIntegerField(default=0, db_default=0)
    retry_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    code = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "failed", "unknown", "missed"]), name="reports_digest_state"
            ),
        ]
        indexes = [models.Index(fields=["city_id", "hour", "state"], name="reports_digest_due")]
