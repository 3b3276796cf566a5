from importlib import import_module

from django.db import migrations

copy = import_module("hongxian.portal.migrations.0007_copy")
OF_VERSION = "FROM outreach_version AS version JOIN outreach_template AS template ON template.id = version.template_id"


class Migration(migrations.Migration):
    dependencies = [("portal", "0011_placed_calls"), ("outreach", "0009_retiring")]

    operations = [
        # The words of a text are its wording with what was filled in; the copy and the page of texts read this one view.
        copy.of_member(
            "text",
            "outreach_message",
            "id at how purpose campaign_id version_id variables parts state reason permit_id gateway latest_at handing_at handed_at"
            " ended_at",
            f"(SELECT template.name {OF_VERSION} WHERE version.id = own.version_id) AS template",  # noqa: S608 - our own words
            f"(SELECT version.body {OF_VERSION} WHERE version.id = own.version_id) AS wording",  # noqa: S608 - our own words
            copy.STAFF,
            copy.STORE,
            copy.TEAM,
        )
    ]
