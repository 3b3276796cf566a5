from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_checkpoint_key")]

    operations = [
        migrations.AddIndex(model_name="checkpoint", index=models.Index(fields=["at"], name="audit_checkpoint_by_at")),
    ]
