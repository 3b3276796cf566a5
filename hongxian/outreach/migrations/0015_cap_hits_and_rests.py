from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0014_texts_in_turn")]

    operations = [
        migrations.AddField(model_name="tally", name="cap_hits", field=models.IntegerField(db_default=0, default=0)),
        migrations.AddField(model_name="tally", name="rests", field=models.IntegerField(db_default=0, default=0)),
    ]
