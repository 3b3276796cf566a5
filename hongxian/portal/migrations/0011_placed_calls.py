from importlib import import_module

from django.db import migrations

copy = import_module("hongxian.portal.migrations.0007_copy")


class Migration(migrations.Migration):
    dependencies = [("portal", "0010_narrower_windows"), ("outreach", "0008_calls")]

    operations = [
        copy.of_member(
            "placed",
            "outreach_placedcall",
            "id at permit_id gateway state cause consultant_at member_at talking_at ended_at nine_at refused_at hang_up_at filed_at"
            " recording",
            copy.STAFF,
            copy.STORE,
            copy.TEAM,
        )
    ]
