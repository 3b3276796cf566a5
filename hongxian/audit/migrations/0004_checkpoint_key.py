from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_sealed_log")]

    # The whole public key instead of its id: proofs name it, for those who have no checkpoint of their own to check with.
    operations = [migrations.RenameField(model_name="checkpoint", old_name="key_id", new_name="key")]
