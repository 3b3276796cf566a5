from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0008_calls")]

    operations = [
        migrations.AddField(model_name="version", name="retired_by", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="version", name="retired_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="version", name="retired_why", field=models.TextField(db_default="", default="")),
    ]
