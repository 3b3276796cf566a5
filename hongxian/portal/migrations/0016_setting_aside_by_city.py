from importlib import import_module

from django.db import migrations

# As before, in two steps: the change names one city, which a cluster asks of it.
SET_ASIDE = """
CREATE OR REPLACE FUNCTION portal_set_aside(wanted text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    city integer;
    who bigint;
BEGIN
    SELECT visitor.city_id, visitor.member_id INTO city, who FROM portal_visitor AS visitor WHERE visitor.scope = 'full';
    UPDATE members_member AS member SET state = wanted
     WHERE member.city_id = city AND member.id = who
       AND (wanted = 'minor' AND member.state = 'live' OR wanted = 'restricted' AND member.state IN ('live', 'minor'));
    RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION portal_set_aside(text) FROM PUBLIC;
"""
BEFORE = import_module("hongxian.portal.migrations.0008_setting_aside").SET_ASIDE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0015_visits_and_the_clock")]

    operations = [migrations.RunSQL(SET_ASIDE, BEFORE)]
