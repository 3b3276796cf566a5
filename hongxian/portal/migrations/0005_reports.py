from django.db import migrations

from hongxian.portal import own

REPORT = "city_id id about staff_id kind at subject reporter_kind reporter_id words kek_id wrapped".split()  # noqa: SIM905


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_looks"), ("safety", "0001_initial")]

    operations = [
        # A report goes in as the visitor's own, about nobody's record, and without a case.
        own.make_view(
            "portal_new_report",
            "safety_report",
            REPORT,
            member="reporter_id",
            where="own.reporter_kind = 'member' AND own.case_id IS NULL AND own.member_id IS NULL",
        ),
        own.make_view(
            "portal_own_report", "safety_report", ["id", "at"], member="reporter_id", where="own.reporter_kind = 'member'"
        ),
    ]
