"""Tables of visits. Two constraints are the promise: no room and no consultant is booked twice at the same time."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from hongxian.kernel.distributed import BigSerialField, CompositeForeignKey, DistributedModel

OPEN = ["booked", "confirmed"]
TAKES_PLACE = [*OPEN, "arrived"]


def _once(name: str, column: str) -> ExclusionConstraint:
    """No two visits that take place have this in common at the same time. Equality on the city comes first: a cluster asks for it."""
    span: Any = Func(F("begins"), F("ends"), function="tstzrange")
    return ExclusionConstraint(
        name=name,
        expressions=[("city_id", RangeOperators.EQUAL), (column, RangeOperators.EQUAL), (span, RangeOperators.OVERLAPS)],
        condition=Q(state__in=TAKES_PLACE),
    )


class Room(DistributedModel):
    """A room in which a store receives members."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    store_id = models.BigIntegerField()
    name = models.CharField(max_length=20)
    open = models.BooleanField(default=True, db_default=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city_id", "store_id", "name"], name="visits_room_name_once_a_store")]


class Visit(DistributedModel):
    """
    A member comes to the store: with whom, in which room, from when until when.

    booked → confirmed → arrived or no_show; cancelled from the first two. `member_id` stays a number of record when the member
    is erased or moves, as in calls. Moving a visit is cancelling it and booking another: what was known when stays readable.
    """

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    store_id = models.BigIntegerField()
    room_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    state = models.CharField(max_length=9, default="booked")
    booked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    arrived_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.BigIntegerField(null=True)
    why = models.CharField(max_length=12, default="", db_default="")
    request_key = models.UUIDField()

    class Meta:
        constraints = [
            CompositeForeignKey(
                name="visits_visit_room", fields=["city_id", "room_id"], to="visits_room", to_fields=["city_id", "id"]
            ),
            models.UniqueConstraint(fields=["city_id", "request_key"], name="visits_visit_booked_once"),
            models.UniqueConstraint(fields=["city_id", "member_id"], condition=Q(state__in=OPEN), name="visits_visit_one_ahead"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="visits_visit_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, settled_at=None, cancelled_at=None)
                | Q(state="arrived", arrived_at__isnull=False, settled_at__isnull=False, cancelled_at=None)
                | Q(state="no_show", arrived_at=None, settled_at__isnull=False, cancelled_at=None)
                | Q(state="cancelled", arrived_at=None, cancelled_at__isnull=False),
                name="visits_visit_state",
            ),
            _once("visits_visit_room_once", "room_id"),
            _once("visits_visit_consultant_once", "staff_id"),
        ]
        indexes = [
            models.Index(fields=["city_id", "store_id", "begins"], name="visits_visit_of_day"),
            models.Index(fields=["city_id", "store_id", "booked_at"], name="visits_visit_booked"),
            models.Index(fields=["city_id", "member_id", "begins"], name="visits_visit_of_member"),
        ]
