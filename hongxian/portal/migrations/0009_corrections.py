from django.db import migrations

from hongxian.portal import own

FACETS = "sex birth_year height_cm education income_band marital housing car home_city district occupation has_criteria".split()  # noqa: SIM905
SEALED = ("alias", "name", "wechat", "birth", "criteria")
MINE = f"(own.city_id, own.member_id) = {own.WHOSE}"
JUST_NOW = "own.{} BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'"


class Migration(migrations.Migration):
    dependencies = [("portal", "0008_setting_aside")]

    operations = [
        own.view(
            "portal_own_facets",
            "members_member",
            ["city_id", "id", *FACETS],
            [f"(own.city_id, own.id) = {own.WHOSE}", own.ALIVE],
        ),
        own.view(
            "portal_own_correction",
            "members_correction",
            "city_id id member_id field before after envelope_id at via".split(),  # noqa: SIM905
            [MINE, own.ALIVE, "own.via = 'portal'", JUST_NOW.format("at")],
        ),
        # Sealed before it comes here, marked as the person's own, and never read back through this window.
        own.view(
            "portal_new_corrected",
            "vault_envelope",
            ["city_id", "id", "member_id", "held", *SEALED, "corrected", "sealed_at"],
            [
                MINE,
                own.ALIVE,
                f"own.corrected AND own.staff_id IS NULL AND own.held <@ ARRAY{list(SEALED)}::text[]",
                JUST_NOW.format("sealed_at"),
            ],
        ),
    ]
