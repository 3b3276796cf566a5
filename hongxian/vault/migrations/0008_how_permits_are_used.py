from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0007_permit_of_texts")]

    operations = [
        migrations.AddField(
            model_name="permit",
            name="how",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddIndex(
            model_name="permit",
            index=models.Index(
                condition=models.Q(("how__in", ["hand", "library"])),
                fields=["city_id", "staff_id", "issued_at"],
                name="vault_permit_by_hand",
            ),
        ),
    ]
