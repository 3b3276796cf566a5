"""Tables of the pools. Narrow on purpose: a claim moves a row from one to another."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from hongxian.kernel.distributed import BigSerialField, CompositeForeignKey, DistributedModel

TO_MEMBER: dict[str, Any] = {"fields": ["city_id", "member_id"], "to": "members_member", "to_fields": ["city_id", "id"]}


class Kind(models.TextChoices):
    """店内公海 and 城市公海."""

    STORE = "store"
    CITY = "city"


class Pool(models.Model):
    """A pool of a store, or of a whole city (then `store_id` is empty)."""

    id = models.BigAutoField(primary_key=True)
    city_id = models.IntegerField()
    store_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "kind", "store_id"], nulls_distinct=False, name="pools_pool_once"),
            models.CheckConstraint(condition=Q(kind="city") ^ Q(store_id__isnull=False), name="pools_pool_store_iff_store_kind"),
        ]


class Entry(DistributedModel):
    """One member whom nobody holds, with the facets that pages filter by. `rank`: smaller is better; see ranking.py."""

    pk = models.CompositePrimaryKey("city_id", "member_id")
    member_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    rank = models.BigIntegerField()
    sex = models.CharField(max_length=6, default="")
    birth_year = models.SmallIntegerField(default=0)
    height_cm = models.SmallIntegerField(default=0)
    education = models.SmallIntegerField(default=0)
    income_band = models.SmallIntegerField(default=0)
    marital = models.SmallIntegerField(default=0)
    district = models.TextField(default="")
    since = models.DateTimeField()

    class Meta:
        constraints = [CompositeForeignKey(name="pools_entry_member", **TO_MEMBER)]
        indexes = [
            # Where claims begin.
            models.Index(fields=["city_id", "pool_id", "rank", "member_id"], name="pools_entry_head"),
            # Filters are tested inside this one; see docs/decisions/0004 for why both are kept.
            models.Index(
                fields=[
                    "city_id", "pool_id", "sex", "rank", "member_id",
                    "birth_year", "height_cm", "education", "income_band", "marital", "district",
                ],
                name="pools_entry_wide",
            ),
        ]  # fmt: skip


class Holding(DistributedModel):
    """One member in one consultant's hands. The key is the promise: never two holders."""

    pk = models.CompositePrimaryKey("city_id", "member_id")
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    rank = models.BigIntegerField()
    how = models.CharField(max_length=10)
    held_since = models.DateTimeField()
    held_until = models.DateTimeField()
    call_back_at = models.DateTimeField(null=True)
    last_outcome = models.TextField(default="")
    last_contact_at = models.DateTimeField(null=True)
    # The last call of any outcome; a contact is one that somebody answered.
    last_tried_at = models.DateTimeField(null=True)
    # Parts of days in which nobody answered, as day*4+slot; three different ones start a rest.
    silent_slots = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = [CompositeForeignKey(name="pools_holding_member", **TO_MEMBER)]
        indexes = [models.Index(fields=["city_id", "staff_id", "held_since", "member_id"], name="pools_holding_of")]


class Resting(DistributedModel):
    """A member nobody may claim until a day: three times no answer. The worker brings them back."""

    pk = models.CompositePrimaryKey("city_id", "member_id")
    member_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    until = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [CompositeForeignKey(name="pools_resting_member", **TO_MEMBER)]
        indexes = [models.Index(fields=["city_id", "until"], name="pools_resting_due")]


class Former(DistributedModel):
    """Who held a member before: neither they nor their team mates may reclaim until then."""

    pk = models.CompositePrimaryKey("city_id", "member_id", "staff_id")
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["city_id", "until"], name="pools_former_over")]


class Quota(DistributedModel):
    """What one consultant may claim today from one kind of pool. The row is her own lock. `used` is in no index: HOT."""

    pk = models.CompositePrimaryKey("city_id", "staff_id", "day", "kind")
    staff_id = models.BigIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=5)
    cap = models.SmallIntegerField()
    used = models.SmallIntegerField(default=0)
    rank_floor = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("cap")), name="pools_quota_used_within_cap")]


class Hand(DistributedModel):
    """How many members one consultant holds; the holding limit as a constraint."""

    pk = models.CompositePrimaryKey("city_id", "staff_id")
    staff_id = models.BigIntegerField()
    held = models.SmallIntegerField(default=0)
    cap = models.SmallIntegerField()
    # Whose members may be put into it: 0 whichever store's consultant asks, else that store's alone, -1 nobody's any more.
    store_id = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(held__gte=0, held__lte=F("cap")), name="pools_hand_held_within_cap")]


class Ledger(DistributedModel):
    """Every move of every member, append-only. `charged` is what it cost the consultant's quota. Partitioned by month."""

    pk = models.CompositePrimaryKey("city_id", "at", "id")
    id = BigSerialField()
    at = models.DateTimeField()
    day = models.DateField()
    move = models.TextField()
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    by_staff_id = models.BigIntegerField()
    pool_id = models.BigIntegerField()
    kind = models.CharField(max_length=5)
    charged = models.SmallIntegerField(default=0)
    reason = models.TextField(default="")

    class Meta:
        managed = False
        db_table = "pools_ledger"


class Hint(DistributedModel):
    """
    Where the living begin in a pool, for claims that start at a tier's floor: rows are only added; see hinting.py.

    Without it every claim walks over all entries that were taken while somebody's long snapshot is open. `how` is
    `advanced` or `reset` where everything below was looked at, `lowered` where an entry came in below.
    """

    pk = models.CompositePrimaryKey("city_id", "pool_id", "rank_floor", "id")
    pool_id = models.BigIntegerField()
    rank_floor = models.BigIntegerField()
    id = BigSerialField()
    starts_at = models.BigIntegerField()
    how = models.CharField(max_length=8)
    at = models.DateTimeField()


class Dealt(DistributedModel):
    """That a store's morning share was dealt that day: once, and once more after each time that it was undone."""

    pk = models.CompositePrimaryKey("city_id", "store_id", "day", "run")
    store_id = models.BigIntegerField()
    day = models.DateField()
    run = models.SmallIntegerField(db_default=1)
    at = models.DateTimeField()
    members = models.IntegerField(default=0)
    by_staff_id = models.BigIntegerField(db_default=0)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)
    undone_why = models.TextField(default="", db_default="")
    returned = models.IntegerField(db_default=0)
    stayed = models.IntegerField(db_default=0)


class Duty(DistributedModel):
    """A consultant's day: off by the store manager's rota, here by their own word. Nothing said means on duty."""

    pk = models.CompositePrimaryKey("city_id", "staff_id", "day")
    staff_id = models.BigIntegerField()
    day = models.DateField()
    off = models.BooleanField(db_default=False)
    here_at = models.DateTimeField(null=True)
    set_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(null=True)
    why = models.TextField(default="", db_default="")


class Reshuffle(DistributedModel):
    """A month's reshuffle of a city's pool: how far it has walked, by members' numbers, and what it did. `seed` draws the places."""

    pk = models.CompositePrimaryKey("city_id", "month", "run")
    month = models.DateField()
    run = models.SmallIntegerField()
    pool_id = models.BigIntegerField()
    seed = models.BigIntegerField()
    by_staff_id = models.BigIntegerField(db_default=0)
    why = models.TextField(default="", db_default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    walked_to = models.BigIntegerField(db_default=0)
    walked = models.IntegerField(db_default=0)
    moved = models.IntegerField(db_default=0)
    regraded = models.IntegerField(db_default=0)
    left_out = models.IntegerField(db_default=0)
