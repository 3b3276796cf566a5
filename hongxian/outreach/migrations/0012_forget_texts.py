from django.db import migrations

# As forget_calls, of texts and what gateways reported on them: whole months are dropped, the rest row by row, and nothing younger than 700 days by the database's clock.
FORGET = """
CREATE FUNCTION forget_texts(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    latest timestamptz := least(before, now() - interval '700 days');
    part text;
    few bigint;
    gone bigint := 0;
BEGIN
    FOR part IN SELECT child.relname FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
                 WHERE inhparent = 'outreach_message'::regclass AND child.relname ~ '_[0-9]{4}_[0-9]{2}$'
    LOOP
        IF (to_date(right(part, 7), 'YYYY_MM') + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai' <= latest THEN
            EXECUTE format('SELECT count(*) FROM %I', part) INTO few;
            EXECUTE format('DROP TABLE %I', part);
            gone := gone + few;
        END IF;
    END LOOP;
    DELETE FROM outreach_message WHERE at < latest;
    GET DIAGNOSTICS few = ROW_COUNT;
    DELETE FROM outreach_report WHERE message_at < latest;
    RETURN gone + few;
END $$;
REVOKE ALL ON FUNCTION forget_texts(timestamptz) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0011_forget_placed")]

    operations = [migrations.RunSQL(FORGET, "DROP FUNCTION forget_texts(timestamptz)")]
