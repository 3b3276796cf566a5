"""Tables of letters. Other people stand in them as pseudonyms that differ from member to member, and as coarse traits."""

from __future__ import annotations

from django.db import models

from hongxian.kernel.distributed import BigSerialField, DistributedModel


class Other(DistributedModel):
    """Another person, as one member knows them: 对方 A, B, C …, in the order in which they first came in."""

    pk = models.CompositePrimaryKey("city_id", "member_id", "place")
    member_id = models.BigIntegerField()
    place = models.IntegerField()
    other_ref = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city_id", "member_id", "other_ref"], name="letters_other_has_one_place"),
        ]


class Viewed(DistributedModel):
    """A member looked at somebody. Of the other person only buckets are kept, made coarse at the door."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    other_ref = models.BinaryField()
    at = models.DateTimeField()
    birth_from = models.SmallIntegerField(null=True)  # 1990 is 1990 to 1994
    height_from = models.SmallIntegerField(null=True)  # 170 is 170 to 174 cm
    education = models.TextField(default="")
    district = models.TextField(default="")
    kept_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(birth_from__isnull=True) | models.Q(birth_from=models.F("birth_from") / 5 * 5),
                name="letters_viewed_birth_is_coarse",
            ),
            models.CheckConstraint(
                condition=models.Q(height_from__isnull=True) | models.Q(height_from=models.F("height_from") / 5 * 5),
                name="letters_viewed_height_is_coarse",
            ),
        ]
        indexes = [
            models.Index(fields=["city_id", "member_id", "at"], name="letters_viewed_of"),
            models.Index(fields=["city_id", "kept_until"], name="letters_viewed_over"),
        ]


class Sent(DistributedModel):
    """What a member wrote to somebody: their own words, sealed like a note. Answers of others are not taken in."""

    pk = models.CompositePrimaryKey("city_id", "id")
    id = BigSerialField()
    member_id = models.BigIntegerField()
    other_ref = models.BinaryField()
    at = models.DateTimeField()
    kek_id = models.SmallIntegerField()
    wrapped = models.BinaryField()
    sealed = models.BinaryField()
    kept_until = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["city_id", "member_id", "id"], name="letters_sent_of"),
            models.Index(fields=["city_id", "kept_until"], name="letters_sent_over"),
        ]


class OptOut(DistributedModel):
    """Somebody of the dating site who wants to be in nobody's suggestions. One row in each city, so that no look-up leaves one."""

    pk = models.CompositePrimaryKey("city_id", "ref_hash")
    ref_hash = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        db_table = "letters_optout"


class Batch(DistributedModel):
    """A batch of the feed that has been taken in: repeated, it changes nothing. Counts only."""

    pk = models.CompositePrimaryKey("city_id", "key")
    key = models.UUIDField()
    digest = models.BinaryField()
    received_at = models.DateTimeField()
    taken = models.IntegerField()
    dropped = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["city_id", "received_at"], name="letters_batch_at")]
