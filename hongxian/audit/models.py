"""Tables of the record. Whoever serves may add to them; nobody who serves may alter or delete."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Trace(DistributedModel):
    """One look, act or denied try. A list page is one row with all ids. Partitioned by month; made in the migration."""

    pk = models.CompositePrimaryKey("city_id", "at", "id")
    id = BigSerialField()
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    role = models.TextField()
    store_id = models.BigIntegerField(null=True)
    process = models.TextField()
    action = models.TextField()
    purpose = models.TextField()
    ground = models.TextField(default="")
    member_ids = ArrayField(models.BigIntegerField())
    fields = ArrayField(models.TextField())
    outcome = models.TextField()
    reason = models.TextField(default="")
    permit_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "audit_trace"


class Change(models.Model):
    """A change to the company's own settings or people: before, after, who and why."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    action = models.TextField()
    thing = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField(default="")


class Person(DistributedModel):
    """
    A member as the sealed log knows them: how many leaves are about them, and the salt under which leaves name them.

    Erasing a member takes the salt away; the leaves stay, and nobody can tell any more whom they name. Member 0 is nobody.
    """

    pk = models.CompositePrimaryKey("city_id", "member_id")
    member_id = models.BigIntegerField()
    salt = models.BinaryField(null=True)
    leaves = models.BigIntegerField()


class Leaf(DistributedModel):
    """One trace about one member, at its place in the tree. `number` counts a member's leaves from 1 without a gap."""

    pk = models.CompositePrimaryKey("city_id", "member_id", "number")
    member_id = models.BigIntegerField()
    number = models.BigIntegerField()
    index = models.BigIntegerField()
    trace_at = models.DateTimeField()
    trace_id = models.BigIntegerField()
    commitment = models.BinaryField(null=True)
    hash = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["index"], name="audit_leaf_by_index")]


class Node(models.Model):
    """The root of a complete tile: 256 leaves (height 1), 256 of those (height 2), and so on."""

    pk = models.CompositePrimaryKey("height", "number")
    height = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()


class Head(models.Model):
    """Where sealing stands, in one row: the log's name, how many leaves, and the trace up to which all but the gaps are sealed."""

    id = models.SmallIntegerField(primary_key=True)
    origin = models.TextField()
    size = models.BigIntegerField()
    low = models.BigIntegerField()


class Gap(models.Model):
    """
    Numbers below `low` that no trace was seen to have: of transactions that still run, or were undone.

    `horizon` is a transaction number: once all before it have ended, nothing can come any more.
    """

    first_id = models.BigIntegerField(primary_key=True)
    last_id = models.BigIntegerField()
    seen_at = models.DateTimeField()
    horizon = models.BigIntegerField(null=True)


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    at = models.DateTimeField()
    key = models.TextField()
    note = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["size"], name="audit_checkpoint_by_size"),
            models.Index(fields=["at"], name="audit_checkpoint_by_at"),
        ]


class Check(models.Model):
    """The log was verified as a whole: when, up to where, against what, and what was found."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    size = models.BigIntegerField()
    against = models.BigIntegerField(null=True)
    sound = models.BooleanField()
    findings = models.JSONField(default=list)
