from django.db import migrations

from hongxian.portal import own

# The two changes of state that a person brings about themselves, both away from staff and neither back: a minor's record, and
# one that waits to be erased. A view could not say that the way back is closed, so the owner's function does.
SET_ASIDE = """
CREATE FUNCTION portal_set_aside(wanted text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE members_member AS member SET state = wanted
      FROM portal_visitor AS visitor
     WHERE visitor.scope = 'full' AND member.city_id = visitor.city_id AND member.id = visitor.member_id
       AND (wanted = 'minor' AND member.state = 'live' OR wanted = 'restricted' AND member.state IN ('live', 'minor'));
    RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION portal_set_aside(text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0007_copy")]

    operations = [
        migrations.RunSQL(SET_ASIDE, "DROP FUNCTION portal_set_aside(text)"),
        # A deletion that the person presses needs no words, and is done at once; it still stands among the requests.
        own.make_view(
            "portal_new_deletion",
            "rights_request",
            "city_id id member_id kind state opened_at due_on remind_on".split(),  # noqa: SIM905
            where="own.kind = 'delete' AND own.state = 'open' AND own.said_id IS NULL"
            " AND own.opened_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'",
        ),
    ]
