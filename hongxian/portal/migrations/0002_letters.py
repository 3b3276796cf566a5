from django.db import migrations

from hongxian.portal import own

# Whose letters a transaction of the feed may write: members with one of the hashes in `hongxian.feed`. A hash is made by the
# keeper alone, so that nobody writes for, or learns of, a member whose number they don't have.
OF_FEED = "(own.city_id, own.member_id) IN (SELECT home.city_id, home.member_id FROM portal_feed_home AS home)"
PUSH = "city_id member_id staff_id ground kind pushed_at until revoked_at kek_id wrapped sealed".split()  # noqa: SIM905
TRACE = (
    "city_id at id staff_id role store_id process action purpose ground member_ids fields outcome reason permit_id".split()  # noqa: SIM905
)


def plain_view(name: str, text: str) -> migrations.RunSQL:
    """A view that is only read."""
    return migrations.RunSQL(f"CREATE VIEW {name} WITH (security_barrier) AS {text}", f"DROP VIEW {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0001_initial"),
        ("portal", "0001_visits"),
        ("vault", "0004_pushed"),
    ]

    operations = [
        plain_view(
            "portal_feed_home",
            """
            SELECT number.number_hash, number.city_id, number.member_id
              FROM members_number AS number
              JOIN members_member AS member ON member.city_id = number.city_id AND member.id = number.member_id
             WHERE number.number_hash = ANY (string_to_array(current_setting('hongxian.feed', true), ',')::bytea[])
               AND member.state = 'live'
            """,
        ),
        own.view(
            "portal_feed_batch",
            "letters_batch",
            ["city_id", "key", "digest", "received_at", "taken", "dropped"],
            ["own.city_id = 0"],
        ),  # noqa: SIM905
        own.view("portal_feed_other", "letters_other", "city_id member_id place other_ref".split(), [OF_FEED]),  # noqa: SIM905
        own.view(
            "portal_feed_viewed",
            "letters_viewed",
            "city_id member_id other_ref at birth_from height_from education district kept_until".split(),  # noqa: SIM905
            [OF_FEED],
        ),
        own.view(
            "portal_feed_sent",
            "letters_sent",
            "city_id member_id other_ref at kek_id wrapped sealed kept_until".split(),  # noqa: SIM905
            [OF_FEED],
        ),
        own.view("portal_feed_optout", "letters_optout", ["city_id", "ref_hash", "at"], ["true"]),
        own.view(
            "portal_feed_trace",
            "audit_trace",
            TRACE,
            [
                "own.process = 'portal' AND own.role = 'system' AND own.staff_id = 0 AND own.purpose = 'letters' AND own.ground = ''"
            ],
        ),
        # The member's own lists. Of somebody who has died, nobody sees them.
        own.make_view("portal_own_other", "letters_other", ["city_id", "member_id", "place", "other_ref"], state_live=True),
        own.make_view(
            "portal_own_viewed",
            "letters_viewed",
            "city_id id member_id other_ref at birth_from height_from education district".split(),  # noqa: SIM905
            state_live=True,
        ),
        own.make_view("portal_own_sent", "letters_sent", ["city_id", "id", "member_id", "other_ref", "at"], state_live=True),
        # Who opted out of suggestions, by what this one member calls them: made anew for each look, and of no use elsewhere.
        plain_view(
            "portal_own_left_out",
            """
            SELECT sha256(optout.ref_hash || convert_to(visitor.member_id::text, 'UTF8')) AS other_ref
              FROM portal_visitor AS visitor
              JOIN letters_optout AS optout ON optout.city_id = visitor.city_id
             WHERE visitor.scope = 'full' AND visitor.state = 'live'
            """,
        ),
        # In whose hands the visitor is now.
        plain_view(
            "portal_own_hand",
            """
            SELECT ground.city_id, ground.member_id, ground.staff_id, ground.kind AS ground, staff.alias, ground.until AS held_until
              FROM portal_visitor AS visitor
              JOIN vault_ground AS ground ON ground.city_id = visitor.city_id AND ground.member_id = visitor.member_id
              JOIN org_staff AS staff ON staff.id = ground.staff_id
             WHERE visitor.scope = 'full' AND visitor.state = 'live' AND staff.active
               AND ground.kind IN ('claim', 'contract') AND ground.until > now()
            """,
        ),
        own.make_view(
            "portal_new_push",
            "vault_pushed",
            PUSH,
            state_live=True,
            where="own.kind IN ('message', 'card') AND own.revoked_at IS NULL AND own.sealed IS NOT NULL AND own.until > now()"
            " AND own.until <= now() + interval '30 days 5 minutes'"
            " AND own.pushed_at BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'"
            " AND (own.staff_id, own.ground) IN (SELECT hand.staff_id, hand.ground FROM portal_own_hand AS hand)",
        ),
        own.make_view(
            "portal_own_push_ground",
            "vault_ground",
            ["city_id", "member_id", "staff_id", "kind", "until"],
            where="own.kind = 'push' AND own.until <= now() + interval '30 days 5 minutes'",
        ),
        own.make_view("portal_own_pushed", "vault_pushed", ["id", *PUSH]),
    ]
