from django.db import migrations, models

import hongxian.kernel.distributed


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("city_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey("city_id", "id", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("id", hongxian.kernel.distributed.BigSerialField(blank=True, editable=False)),
                ("month", models.DateField()),
                ("store_id", models.BigIntegerField()),
                ("staff_id", models.BigIntegerField()),
                ("tier_before", models.CharField(max_length=1)),
                ("tier_proposed", models.CharField(max_length=1)),
                ("reason", models.CharField(max_length=9)),
                ("score", models.IntegerField(null=True)),
                ("calls", models.IntegerField()),
                ("connects", models.IntegerField()),
                ("interested", models.IntegerField()),
                ("arrived", models.IntegerField()),
                ("contracts", models.IntegerField()),
                ("refusals", models.IntegerField()),
                ("complaints", models.IntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("tier_decided", models.CharField(db_default="", default="", max_length=1)),
                ("decided_by", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("why", models.TextField(db_default="", default="")),
            ],
            options={
                "indexes": [models.Index(fields=["city_id", "store_id", "month"], name="tiers_review_of_store")],
                "constraints": [
                    models.UniqueConstraint(fields=("city_id", "month", "staff_id"), name="tiers_review_once_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("tier_decided", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("tier_decided__in", ["X", "Y", "Z"]),
                            ),
                            _connector="OR",
                        ),
                        name="tiers_review_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None), models.Q(("decided_by", models.F("staff_id")), _negated=True), _connector="OR"
                        ),
                        name="tiers_review_not_of_oneself",
                    ),
                ],
            },
        ),
    ]
