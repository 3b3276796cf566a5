from django.db import migrations, models

# Receipts are append-only for every process. Of somebody who was erased, what proved a yes may name them: it goes, and the
# yes stays with its days. The function does this to members whose record is erased, and to nobody else.
FORGET = """
CREATE FUNCTION consent_forget(city integer, member bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    few bigint;
BEGIN
    UPDATE consent_receipt AS receipt SET evidence = '', origin = 'erased ' || receipt.id
     WHERE receipt.city_id = city AND receipt.member_id = member
       AND EXISTS (SELECT FROM members_member AS erased
                    WHERE erased.city_id = city AND erased.id = member AND erased.state = 'erased');
    GET DIAGNOSTICS few = ROW_COUNT;
    RETURN few;
END $$;
REVOKE ALL ON FUNCTION consent_forget(integer, bigint) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_assessments"), ("members", "0001_initial")]

    operations = [
        migrations.AddIndex(model_name="suppression", index=models.Index(fields=["recorded_at"], name="consent_suppression_at")),
        migrations.RunSQL(FORGET, "DROP FUNCTION consent_forget(integer, bigint)"),
    ]
