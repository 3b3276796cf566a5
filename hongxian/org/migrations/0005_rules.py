"""Rules with their history; every rule begins with a row for the company, the tiers' with what they were until now."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WHY = "系统启用时的数"
FIRST = {
    "contact.hours": {"first": 9, "end": 21},
    "contact.caps": {"calls": 3, "texts": 4, "days": 30, "lifetime": 24},
    "contact.by_hand": {"a_day": 30, "store_an_hour": 120},
    "pools.claims": {"held_days": 7, "waits_days": 30, "silences": 3, "rest_days": 30},
    "calendar": {},
}
# The ends of every number, as hongxian/org/rule_kinds.py has them: whoever writes, nothing stands outside.
ENDS = {
    "contact.hours": {"first": (9, 20), "end": (10, 21)},
    "contact.caps": {"calls": (0, 5), "texts": (0, 6), "days": (30, 365), "lifetime": (1, 36)},
    "contact.by_hand": {"a_day": (0, 60), "store_an_hour": (0, 400)},
    "pools.claims": {"held_days": (1, 60), "waits_days": (1, 365), "silences": (1, 4), "rest_days": (7, 365)},
}
TIER = {"store_cap": (0, 200), "city_cap": (0, 500), "share": (0, 100), "holding_cap": (1, 1000)}
TOGETHER = {
    "contact.hours": "(value->>'first')::int < (value->>'end')::int",
    "contact.caps": "(value->>'lifetime')::int >= greatest((value->>'calls')::int, (value->>'texts')::int)",
    "contact.by_hand": "(value->>'a_day')::int <= (value->>'store_an_hour')::int",
    "pools.claims": "true",
}


def _within(ends):  # noqa: ANN001, ANN202 - a dict of pairs; text
    return " AND ".join(f"(value->>'{name}')::int BETWEEN {least} AND {most}" for name, (least, most) in ends.items())


def _check():  # noqa: ANN202 - text
    cases = [f"WHEN '{key}' THEN {_within(ends)} AND {TOGETHER[key]}" for key, ends in ENDS.items()]
    tier = f"{_within(TIER)} AND (value->>'best_grade') IN ('A', 'B', 'C', 'D', 'E')"
    tier += " AND (value->>'share')::int <= (value->>'holding_cap')::int"
    cases += [f"WHEN 'tier.{tier_name}' THEN {tier}" for tier_name in "XYZ"]
    cases.append("WHEN 'calendar' THEN true")
    # A number that isn't there is NULL, and a constraint lets NULL pass: hence coalesce. A rule that nobody knows is false.
    choice = f"CASE key {' '.join(cases)} ELSE false END"
    return f"value IS NULL OR (jsonb_typeof(value) = 'object' AND coalesce({choice}, false))"


def begin(apps, schema_editor) -> None:  # noqa: ANN001, ARG001 - Django's signature
    rule, tier_rule = apps.get_model("org", "Rule"), apps.get_model("org", "TierRule")
    first = dict(FIRST)
    for each in tier_rule.objects.all():
        first[f"tier.{each.tier}"] = {
            "best_grade": each.best_grade,
            "store_cap": each.store_cap,
            "city_cap": each.city_cap,
            "share": each.share,
            "holding_cap": each.holding_cap,
        }
    rule.objects.bulk_create(
        [
            rule(key=key, value=value, effective_from=LONG_AGO, made_at=LONG_AGO, made_by=0, why=WHY)
            for key, value in first.items()
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("org", "0004_extension")]

    operations = [
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.TextField()),
                ("value", models.JSONField(null=True)),
                ("before", models.JSONField(null=True)),
                ("effective_from", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.BigIntegerField()),
                ("why", models.TextField()),
                (
                    "city",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.city"),
                ),
                (
                    "store",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.store"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("city", None), ("store", None), _connector="OR"), name="org_rule_is_for_one_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", False),
                            models.Q(("city", None), _negated=True),
                            models.Q(("store", None), _negated=True),
                            _connector="OR",
                        ),
                        name="org_rule_of_the_company_is_never_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effective_from__gte", models.F("made_at"))), name="org_rule_changes_nothing_past"
                    ),
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="org_rule_says_why"),
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # before the table is altered
        migrations.RunSQL(
            f"ALTER TABLE org_rule ADD CONSTRAINT org_rule_makes_sense CHECK ({_check()})",
            "ALTER TABLE org_rule DROP CONSTRAINT org_rule_makes_sense",
        ),
        migrations.DeleteModel("TierRule"),
    ]
