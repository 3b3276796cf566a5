from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0008_office")]

    operations = [
        migrations.AddField(model_name="rule", name="withdraws", field=models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            model_name="rule", constraint=models.UniqueConstraint(fields=("withdraws",), name="org_rule_is_withdrawn_once")
        ),
    ]
