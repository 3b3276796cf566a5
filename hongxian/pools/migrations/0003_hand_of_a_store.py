from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pools", "0002_ledger_by_month")]

    operations = [migrations.AddField("hand", "store_id", models.BigIntegerField(db_default=0))]
