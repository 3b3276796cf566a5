"""
Tables that are spread over a cluster by city, and the pieces Django lacks for them.

On one machine they are ordinary tables. The rules (key begins with city, composite foreign keys, no identity columns)
are what lets a company move to a cluster without changing code; see docs/decisions/0002.
"""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.db import models
from django.db.models.expressions import DatabaseDefault


class BigSerialField(models.BigIntegerField):  # type: ignore[type-arg] # django-stubs' parameters add nothing here
    """A number that the database hands out on INSERT. Not an identity column: those block re-sharding."""

    db_returning = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """`bigserial`, whose default stays with the database."""
        return "bigserial"

    def rel_db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """What a column that refers to this one has."""
        return "bigint"

    def cast_db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """What a value is cast to."""
        return "bigint"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        """DEFAULT for a new row without a number; the number comes back with RETURNING."""
        value = super().pre_save(model_instance, add)
        if value is None and add:
            return DatabaseDefault(models.Value(None), output_field=models.BigIntegerField())
        return value


class CompositeForeignKey(models.BaseConstraint):
    """A foreign key over several columns, as a constraint of the table; checked at once, never deferred."""

    def __init__(self, *, name: str, fields: list[str], to: str, to_fields: list[str], on_delete: str = "NO ACTION") -> None:
        super().__init__(name=name)
        self.fields, self.to, self.to_fields, self.on_delete = fields, to, to_fields, on_delete

    def deconstruct(self) -> Any:
        """For migrations."""
        path, args, kwargs = super().deconstruct()
        kwargs |= {"fields": self.fields, "to": self.to, "to_fields": self.to_fields, "on_delete": self.on_delete}
        return path, args, kwargs

    def _definition(self, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        columns, referred = ", ".join(map(quote, self.fields)), ", ".join(map(quote, self.to_fields))
        return f"FOREIGN KEY ({columns}) REFERENCES {quote(self.to)} ({referred}) ON DELETE {self.on_delete}"

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:  # noqa: ARG002 - Django's signature
        """The clause inside CREATE TABLE."""
        return f"CONSTRAINT {schema_editor.quote_name(self.name)} {self._definition(schema_editor)}"

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """The statement that adds it to a table that stands."""
        table = schema_editor.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's public private
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """The statement that drops it."""
        table = schema_editor.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's public private
        return f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Left to the database."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CompositeForeignKey) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__


class DistributedModel(models.Model):
    """A table whose rows live with their city. Subclasses name their own CompositePrimaryKey, city first."""

    city_id = models.IntegerField()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new row is an INSERT at once: Django would try an UPDATE first, on every shard."""
        if self._state.adding:
            kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        """Refuses what a cluster would refuse later: keys without city, plain foreign keys to distributed tables."""
        found = super().check(**kwargs)
        for constraint in cls._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and constraint.fields[:1] != ("city_id",):
                found.append(checks.Error(f"{constraint.name} must begin with city_id", obj=cls, id="hongxian.E001"))
        for field in cls._meta.local_fields:
            target = field.related_model
            if isinstance(target, type) and issubclass(target, DistributedModel):
                found.append(checks.Error(f"{field.name} must be a CompositeForeignKey", obj=cls, id="hongxian.E002"))
            if field.unique and not field.primary_key:
                found.append(checks.Error(f"{field.name} is unique without city", obj=cls, id="hongxian.E003"))
        return found
