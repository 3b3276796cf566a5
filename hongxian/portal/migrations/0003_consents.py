from django.db import migrations

from hongxian.portal import own


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_letters"), ("consent", "0002_assessments")]

    operations = [
        own.make_view("portal_own_refusal", "consent_refusal", "city_id id member_id purpose notice_hash recorded_at".split()),  # noqa: SIM905
        # What members are shown is no secret.
        migrations.RunSQL(
            "CREATE VIEW portal_notice AS SELECT purpose, notice_hash, shown, first_at FROM consent_notice",
            "DROP VIEW portal_notice",
        ),
    ]
