"""Tables of the vault."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from hongxian.kernel.distributed import BigSerialField, CompositeForeignKey, DistributedModel


class Envelope(DistributedModel):
    """
    Sealed fields of a member, all under one data key. A later import that fills a blank adds an envelope of its own.

    `held` names the fields inside, so that who may not open can still know what is there.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    held = ArrayField(models.TextField())
    alias = models.BinaryField(null=True)
    name = models.BinaryField(null=True)
    number = models.BinaryField(null=True)
    wechat = models.BinaryField(null=True)
    birth = models.BinaryField(null=True)
    criteria = models.BinaryField(null=True)
    remark = models.BinaryField(null=True)
    note = models.BinaryField(null=True)
    # What a person wrote to the privacy office, or was answered: see words.py. `member_id` is then below zero for who has no record.
    words = models.BinaryField(null=True)
    # A note written by hand is an envelope too: who wrote it and when.
    staff_id = models.BigIntegerField(null=True)
    # The store that words are about, whose manager may read them.
    store_id = models.BigIntegerField(null=True)
    sealed_at = models.DateTimeField()
    # The member's own correction: its fields win over all others, the newest first; one that is named and blank was taken out.
    corrected = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["city_id", "member_id", "id"], name="vault_envelope_of")]


class DataKey(DistributedModel):
    """The key of one envelope, wrapped to the keeper. Backed up apart from the data; destroying it is erasure."""

    pk = models.CompositePrimaryKey("city_id", "envelope_id")
    envelope_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    kek_id = models.SmallIntegerField()
    wrapped = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["city_id", "member_id"], name="vault_datakey_of")]


class Ground(DistributedModel):
    """Why somebody may see somebody: written by a claim, a contract or a case, gone with it."""

    pk = models.CompositePrimaryKey("city_id", "member_id", "staff_id", "kind")
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    kind = models.TextField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            CompositeForeignKey(
                name="vault_ground_member", fields=["city_id", "member_id"], to="members_member", to_fields=["city_id", "id"]
            )
        ]


class Reader(DistributedModel):
    """
    A ground without a member: who may read words that are sealed under a number that is nobody's (a suspicion's).

    Written when somebody takes a case, gone with it.
    """

    pk = models.CompositePrimaryKey("city_id", "subject", "staff_id")
    subject = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    until = models.DateTimeField()


class Permit(DistributedModel):
    """One use of one number: who may contact whom by which channel, and until when. Used at most once."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    channel = models.TextField()
    purpose = models.TextField()
    issued_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    # What it rests on and what it is for: the receipt, and for a text its version, its campaign and the text itself.
    receipt_id = models.BigIntegerField(null=True)
    version_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    # call; or for a text: hand, library, campaign, automatic.
    how = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            CompositeForeignKey(
                name="vault_permit_member", fields=["city_id", "member_id"], to="members_member", to_fields=["city_id", "id"]
            )
        ]
        indexes = [
            models.Index(fields=["city_id", "member_id", "issued_at"], name="vault_permit_of"),
            models.Index(
                fields=["city_id", "staff_id", "issued_at"], name="vault_permit_by_hand", condition=Q(how__in=["hand", "library"])
            ),
        ]


class Opened(DistributedModel):
    """The keeper's own mark that it has answered a trace: a second answer breaks the key."""

    pk = models.CompositePrimaryKey("city_id", "trace_at", "trace_id")
    trace_at = models.DateTimeField()
    trace_id = models.BigIntegerField()
    opened_at = models.DateTimeField()


class Code(models.Model):
    """
    A sign-in code that a person asked for: only a keyed mac of it, under the key of numbers, which no database has.

    On a cluster this table is spread by the hash. The keeper's alone.
    """

    pk = models.CompositePrimaryKey("number_hash", "issued_at")
    number_hash = models.BinaryField()
    issued_at = models.DateTimeField()
    mac = models.BinaryField()
    until = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class Visit(models.Model):
    """
    Somebody has proved that a number is theirs: by a code (scope "full"), or by the link in a text (scope "stop").

    Made by the keeper; what the portal may see and write hangs on its token, of which only the hash lies here.
    """

    token_hash = models.BinaryField(primary_key=True)
    number_hashes = ArrayField(models.BinaryField())
    city_id = models.IntegerField(null=True)
    member_id = models.BigIntegerField(null=True)
    scope = models.CharField(max_length=4)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(scope__in=["full", "stop"]), name="vault_visit_scope_is_known")]
        indexes = [
            models.Index(fields=["city_id", "member_id"], name="vault_visit_of"),
            GinIndex(fields=["number_hashes"], name="vault_visit_of_number"),
        ]


class Text(models.Model):
    """A text that the system itself sends (a code), sealed to the worker: number and words. Emptied once it has left."""

    id = models.UUIDField(primary_key=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")  # waiting, sent, no_gateway
    sent_at = models.DateTimeField(null=True)


class Pushed(DistributedModel):
    """
    A copy of a member's own words or preference card that they gave their consultant for some days: made, ended and seen by them.

    Taken back, it loses key and content at once; the line stays for the member to see. It hangs on the ground of the holding by
    a foreign key: whatever ends the holding, by whichever statement, deletes it in the same breath, for good.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    ground = models.TextField(default="claim")
    kind = models.CharField(max_length=8)  # message or card
    pushed_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    kek_id = models.SmallIntegerField()
    wrapped = models.BinaryField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            CompositeForeignKey(
                name="vault_pushed_while_held",
                fields=["city_id", "member_id", "staff_id", "ground"],
                to="vault_ground",
                to_fields=["city_id", "member_id", "staff_id", "kind"],
                on_delete="CASCADE",
            ),
            models.CheckConstraint(condition=Q(ground__in=["claim", "contract"]), name="vault_pushed_ground_is_a_hand"),
            models.CheckConstraint(condition=Q(kind__in=["message", "card"]), name="vault_pushed_kind_is_known"),
            models.CheckConstraint(
                condition=Q(until__lte=models.F("pushed_at") + timedelta(days=30)), name="vault_pushed_for_30_days_at_most"
            ),
            models.CheckConstraint(condition=Q(revoked_at=None) | Q(sealed=None, wrapped=None), name="vault_pushed_ends_empty"),
        ]
        indexes = [
            models.Index(fields=["city_id", "member_id"], name="vault_pushed_of"),
            models.Index(fields=["city_id", "until"], name="vault_pushed_over"),
        ]
