from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outreach", "0006_texts_and_calls_by_month")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE outreach_placedcall ADD COLUMN hang_up_at timestamptz",
            "ALTER TABLE outreach_placedcall DROP COLUMN hang_up_at",
        )
    ]
