"""Rules of dealing, reshuffling, grading and the review of tiers, each with its first row; the table refuses what is outside."""

from datetime import UTC, datetime
from importlib import import_module

from django.db import migrations

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WHY = "系统启用时的数"
FIRST = {
    "pools.dealing": {"here": 0},
    "pools.reshuffle": {"band_days": 30},
    "grading.weights": {"completeness": 40, "intent": 25, "freshness": 25, "history": 10, "a": 75, "b": 60, "c": 40, "d": 25},
    "tier.review": {
        "calls": 200,
        "contract": 50,
        "arrived": 10,
        "interested": 1,
        "refusal": 3,
        "complaint": 50,
        "up": 20,
        "down": 5,
    },
}
ENDS = {
    "pools.dealing": {"here": (0, 1)},
    "pools.reshuffle": {"band_days": (1, 730)},
    "grading.weights": {
        **dict.fromkeys(("completeness", "intent", "freshness", "history"), (0, 100)),
        **dict.fromkeys("abcd", (1, 100)),
    },
    "tier.review": {
        "calls": (20, 5000),
        "contract": (0, 200),
        "arrived": (0, 100),
        "interested": (0, 50),
        "refusal": (1, 100),
        "complaint": (1, 500),
        "up": (0, 500),
        "down": (0, 500),
    },
}
TOGETHER = {
    "pools.dealing": "true",
    "pools.reshuffle": "true",
    "grading.weights": (
        "(value->>'completeness')::int + (value->>'intent')::int + (value->>'freshness')::int + (value->>'history')::int = 100"
        " AND (value->>'a')::int > (value->>'b')::int AND (value->>'b')::int > (value->>'c')::int"
        " AND (value->>'c')::int > (value->>'d')::int"
    ),
    "tier.review": "(value->>'complaint')::int >= (value->>'refusal')::int AND (value->>'down')::int < (value->>'up')::int",
}


def _check() -> str:
    before = import_module("hongxian.org.migrations.0005_rules")
    keys = ", ".join(f"'{key}'" for key in ENDS)
    cases = " ".join(f"WHEN '{key}' THEN {before._within(ends)} AND {TOGETHER[key]}" for key, ends in ENDS.items())  # noqa: SLF001 - its own past
    mine = f"value IS NULL OR (jsonb_typeof(value) = 'object' AND coalesce(CASE key {cases} END, false))"
    return f"CASE WHEN key IN ({keys}) THEN {mine} ELSE {before._check()} END"  # noqa: SLF001 - its own past


def _back() -> str:
    return import_module("hongxian.org.migrations.0005_rules")._check()  # noqa: SLF001 - its own past


def begin(apps, schema_editor) -> None:  # noqa: ANN001, ARG001 - Django's signature
    rule = apps.get_model("org", "Rule")
    rule.objects.bulk_create(
        [
            rule(key=key, value=value, effective_from=LONG_AGO, made_at=LONG_AGO, made_by=0, why=WHY)
            for key, value in FIRST.items()
        ]
    )


def end(apps, schema_editor) -> None:  # noqa: ANN001, ARG001 - Django's signature
    apps.get_model("org", "Rule").objects.filter(key__in=list(FIRST)).delete()


DROP = "ALTER TABLE org_rule DROP CONSTRAINT org_rule_makes_sense"
ADD = "ALTER TABLE org_rule ADD CONSTRAINT org_rule_makes_sense CHECK "


class Migration(migrations.Migration):
    dependencies = [("org", "0005_rules")]

    operations = [
        migrations.RunSQL(DROP, f"{ADD}({_back()})"),
        migrations.RunSQL(f"{ADD}({_check()})", DROP),
        migrations.RunPython(begin, end),
    ]
