from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0002_tier_rules")]

    operations = [migrations.AddField("staff", "session_epoch", models.IntegerField(db_default=0))]
