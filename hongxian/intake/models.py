"""Tables of intake. A report line says what became of a row, never who the row was about."""

from __future__ import annotations

from django.db import models

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Run(DistributedModel):
    """One file brought in by a store, from upload to report."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    store_id = models.BigIntegerField()
    staff_id = models.BigIntegerField()
    file_name = models.TextField()
    file_digest = models.TextField()
    as_of = models.DateField()
    dry = models.BooleanField(default=False)
    state = models.CharField(max_length=10)  # uploaded, queued, running, done, failed
    mapping = models.JSONField(default=dict)
    rows = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    summary = models.JSONField(default=dict)
    failure = models.TextField(default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["city_id", "store_id", "-created_at"], name="intake_run_of_store")]


class Line(DistributedModel):
    """What became of one row of a run."""

    pk = models.CompositePrimaryKey("city_id", "run_id", "row_no")
    run_id = models.BigIntegerField()
    row_no = models.IntegerField()
    label = models.TextField()
    result = models.CharField(max_length=10)
    reason = models.TextField(default="")
    merged_into = models.TextField(default="")
    member_id = models.BigIntegerField(null=True)
    consent = models.BooleanField(default=False)
    suppressed = models.BooleanField(default=False)
    warnings = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["city_id", "member_id"], name="intake_line_of", condition=models.Q(member_id__isnull=False)),
            models.Index(
                fields=["merged_into"],
                name="intake_line_merged_elsewhere",
                condition=models.Q(member_id=None) & ~models.Q(merged_into=""),
            ),
        ]


class Mapping(models.Model):
    """Which heading a store's books use for which field: remembered once somebody corrected it."""

    store_id = models.BigIntegerField(primary_key=True)
    headings = models.JSONField()
    staff_id = models.BigIntegerField()
    at = models.DateTimeField()
