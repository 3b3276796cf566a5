"""Tables of the organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class City(models.Model):
    """A city: where members live in the database, and whose clock their calling hours follow."""

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=2, unique=True)
    name = models.TextField()
    name_en = models.TextField()
    timezone = models.TextField(default="Asia/Shanghai")


class Store(models.Model):
    """A store: a legal entity of its own, or the company's."""

    id = models.BigAutoField(primary_key=True)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=8, unique=True)
    name = models.TextField()
    name_en = models.TextField()
    franchise = models.BooleanField(default=False)
    active = models.BooleanField(default=True)


class Agreement(models.Model):
    """A store's data agreement: without one that runs today the store reads nothing."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    expires_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_on__gte=models.F("signed_on")), name="org_agreement_ends_after_it_begins")
        ]


class Team(models.Model):
    """A team of consultants in a store."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="org_team_name_once_a_store")]


class Staff(models.Model):
    """
    Somebody who works here. Members see the alias, never the name.

    `account_id` is the sign-in account's number without a foreign key: accounts stay on the coordinator of a cluster.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.BigIntegerField(unique=True, null=True)
    employee_no = models.CharField(max_length=16, unique=True)
    name = models.TextField()
    alias = models.TextField()
    role = models.CharField(max_length=20)
    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    tier = models.CharField(max_length=1, null=True)  # noqa: DJ001 - only consultants have a tier
    active = models.BooleanField(default=True)
    # Where their phone rings for calls through a gateway: the user part of a SIP address, or a number.
    extension = models.TextField(null=True, unique=True)  # noqa: DJ001 - most have none, and no two have the same
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    # Sessions begun under a lower number are dead; leaving and moving raise it.
    session_epoch = models.IntegerField(db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=["X", "Y", "Z"]) | Q(tier=None), name="org_staff_tier_is_x_y_or_z"),
            models.CheckConstraint(
                condition=~Q(role="consultant") | Q(store__isnull=False, team__isnull=False, tier__isnull=False),
                name="org_staff_consultant_has_store_team_and_tier",
            ),
        ]


class Training(models.Model):
    """A privacy training passed; certifies until a day."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    course = models.TextField()
    passed_at = models.DateTimeField()
    valid_until = models.DateField()
    score = models.SmallIntegerField()


class Rule(models.Model):
    """
    One rule as it was set: for the company, a city or a store, from a moment on. Rows are only ever added.

    `value` None: the place has no rule of its own any more. `before` is what counted there at that moment. The ends of the
    numbers are constraints too (migrations/0005_rules.py). `withdraws` is the number of a planned row that shall not begin:
    then neither of the two counts, so that whatever is set meanwhile goes on.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+")
    value = models.JSONField(null=True)
    before = models.JSONField(null=True)
    effective_from = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    why = models.TextField()
    withdraws = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["withdraws"], name="org_rule_is_withdrawn_once"),
            models.CheckConstraint(condition=Q(city=None) | Q(store=None), name="org_rule_is_for_one_place"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(city=None) | ~Q(store=None), name="org_rule_of_the_company_is_never_nothing"
            ),
            models.CheckConstraint(condition=Q(effective_from__gte=models.F("made_at")), name="org_rule_changes_nothing_past"),
            models.CheckConstraint(condition=~Q(why=""), name="org_rule_says_why"),
        ]


class Edit(models.Model):
    """
    A city, store, team or somebody's first day as it was entered: before, after, who, why and from when. Only ever added.

    `thing_id` None: it is new. What became of an edit is a row of EditDone; one without is still to come.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    thing_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField()
    effective_from = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    why = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["city", "store", "team", "staff"]), name="org_edit_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(effective_from__gte=models.F("made_at")), name="org_edit_changes_nothing_past"),
            models.CheckConstraint(condition=~Q(why=""), name="org_edit_says_why"),
        ]


class EditDone(models.Model):
    """What became of an edit, once: applied, taken back, or refused when its day came."""

    edit_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    how = models.TextField()
    by = models.BigIntegerField()
    why = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=["applied", "withdrawn", "refused"]), name="org_editdone_how_is_known")
        ]


class Invitation(models.Model):
    """A one-time code with which somebody new chooses their password; only its hash is kept, and the newest counts."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    code_hash = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "-id"], name="org_invitation_newest")]


class SignInTry(models.Model):
    """A failed sign-in; a handful in a quarter of an hour shuts the door for a while."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    employee_no = models.TextField()
    address = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["employee_no", "at"], name="org_signintry_recent")]


class Session(models.Model):
    """
    A session at the desk, as its holder sees it in their list. Django's own row has the data; this one says whether it may go on.

    The account's number stands without a foreign key, as in Staff. No address and no browser's own text: a short word for the device.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.BigIntegerField()
    epoch = models.IntegerField()
    how = models.TextField()
    device = models.TextField()
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "until"], name="org_session_of_account")]
