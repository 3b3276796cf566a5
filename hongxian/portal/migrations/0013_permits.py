from importlib import import_module

from django.db import migrations

copy = import_module("hongxian.portal.migrations.0007_copy")
narrower = import_module("hongxian.portal.migrations.0010_narrower_windows")


class Migration(migrations.Migration):
    dependencies = [("portal", "0012_texts"), ("vault", "0008_how_permits_are_used")]

    operations = [
        # A permit with what it rests on and what it was for.
        narrower.anew(
            "portal_copy_permit",
            copy.of_member(
                "permit",
                "vault_permit",
                "id channel purpose how issued_at latest_at used_at receipt_id version_id campaign_id message_id",
                copy.STAFF,
            ),
        )
    ]
