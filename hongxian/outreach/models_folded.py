"""Days that are over, added up by team: what reports of months read instead of every consultant's rows."""

from __future__ import annotations

from django.db import models

from hongxian.kernel.distributed import DistributedModel


class DaySum(DistributedModel):
    """
    One team's day: calls, texts and claims. The row of store 0 and team 0 says that its city's day is folded.

    The consultants' rows remain; a day can be folded again from them at any time (folding.py).
    """

    pk = models.CompositePrimaryKey("city_id", "begins", "store_id", "team_id")
    begins = models.DateTimeField()
    store_id = models.BigIntegerField()
    team_id = models.BigIntegerField()
    placed = models.IntegerField()
    talked = models.IntegerField()
    talk_seconds = models.IntegerField()
    calls = models.IntegerField()
    connects = models.IntegerField()
    interested = models.IntegerField()
    visits = models.IntegerField()
    refusals = models.IntegerField()
    handed = models.IntegerField()
    delivered = models.IntegerField()
    dropped = models.IntegerField()
    opted_out = models.IntegerField()
    claims = models.IntegerField()
