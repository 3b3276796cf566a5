from importlib import import_module

from django.db import migrations

copy = import_module("hongxian.portal.migrations.0007_copy")

ROOM = "(SELECT room.name FROM visits_room AS room WHERE room.city_id = own.city_id AND room.id = own.room_id) AS room"
PACKAGE = "(SELECT package.name FROM sales_package AS package WHERE package.id = own.package_id) AS package"


class Migration(migrations.Migration):
    dependencies = [("portal", "0013_permits"), ("visits", "0001_initial"), ("sales", "0002_packages")]

    operations = [
        copy.of_member(
            "appointment",
            "visits_visit",
            "id begins ends state booked_at confirmed_at arrived_at settled_at cancelled_at why",
            copy.STAFF,
            copy.STORE,
            copy.TEAM,
            ROOM,
            copy.staff("confirmed_by", "confirmed_by"),
            copy.staff("settled_by", "settled_by"),
            copy.staff("cancelled_by", "cancelled_by"),
        ),
        copy.of_member(
            "contract",
            "sales_contract",
            "id amount_fen signed_on ends_on state filed_at decided_at over_at why",
            copy.STAFF,
            copy.STORE,
            copy.TEAM,
            PACKAGE,
            copy.staff("decided_by", "decided_by"),
            copy.staff("over_by", "over_by"),
        ),
    ]
