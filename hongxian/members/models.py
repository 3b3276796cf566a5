"""Tables of members."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class State(models.TextChoices):
    """What may happen with a record at all."""

    LIVE = "live"
    MINOR = "minor"
    RESTRICTED = "restricted"
    DECEASED = "deceased"
    ERASED = "erased"


class Member(DistributedModel):
    """A member in their home city. `person_id` outlives moves and erasure; append-only rows carry it."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    person_id = models.BigIntegerField()
    state = models.CharField(max_length=12, default=State.LIVE)
    suppressed_at = models.DateTimeField(null=True)
    number_hashes = ArrayField(models.BinaryField())
    # Where the record came from: the store, and the row's own name in that store's books.
    store_id = models.BigIntegerField()
    origin = models.TextField()
    source = models.TextField(default="")
    registered_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    # Coarse facets.
    sex = models.CharField(max_length=6, default="")
    birth_year = models.SmallIntegerField(null=True)
    height_cm = models.SmallIntegerField(null=True)
    education = models.CharField(max_length=24, default="")
    income_band = models.CharField(max_length=24, default="")
    marital = models.CharField(max_length=24, default="")
    housing = models.CharField(max_length=24, default="")
    car = models.CharField(max_length=24, default="")
    home_city = models.TextField(default="")
    district = models.TextField(default="")
    occupation = models.TextField(default="")
    intends = models.BooleanField(default=False)
    has_criteria = models.BooleanField(default=False)
    # Grading: the letter, and what it was made from.
    grade = models.CharField(max_length=1, default="C")
    grade_score = models.SmallIntegerField(default=0)
    grade_inputs = models.JSONField(default=dict)
    profiling_off = models.BooleanField(default=False)
    # Kept by outreach and consent for whoever decides about pools; the gate itself asks the receipts.
    contact_until = models.DateField(null=True)
    last_contact_at = models.DateTimeField(null=True)
    contacts = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(grade__in=["A", "B", "C", "D", "E"]), name="members_grade_is_a_to_e"),
            models.CheckConstraint(condition=Q(contacts__gte=0), name="members_contacts_not_negative"),
        ]
        indexes = [
            models.Index(fields=["city_id", "store_id", "id"], name="members_of_store"),
        ]


class Number(models.Model):
    """
    One person, one record, over the whole company: a keyed hash of the number leads to the member's home.

    On a cluster this table is spread by the hash. Every hash key makes a row of its own.
    """

    number_hash = models.BinaryField(primary_key=True)
    city_id = models.IntegerField()
    member_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["city_id", "member_id"], name="members_number_of")]


class Correction(DistributedModel):
    """
    A member corrected a field themselves: it wins over whatever lists bring in later. The newest of a field counts.

    What was and is written stands here for plain facets only; of a sealed field, the envelope that holds the new value.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    field = models.TextField()
    before = models.TextField(default="", db_default="")
    after = models.TextField(default="", db_default="")
    envelope_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    via = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["city_id", "member_id", "id"], name="members_correction_of")]
