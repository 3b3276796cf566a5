"""What a page shows is labelled with a field of the catalogue; the catalogue's notices are what receipts remember."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import tomllib
from dataclasses import dataclass, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from django.test import RequestFactory

from hongxian.consent import labelling, purposes
from hongxian.desk import door
from hongxian.kernel.labels import PLAIN, Label, labels_of
from hongxian.kernel.permissions import Role
from hongxian.outreach import gate
from hongxian.portal import door as portal_door
from hongxian.vault import deciding
from hongxian.vault.sealing import FIELDS, WORDS
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from pathlib import Path

# Contexts whose rows pages show. A row that stays inside its context has a name with _ or is named below.
CONTEXTS = (
    "reports",
    "rights",
    "sales",
    "visits",
    "intake",
    "outreach",
    "pools",
    "safety",
    "letters",
    "vault",
    "consent",
    "members",
    "org",
)
# Rows that operations use among themselves; door.render refuses them all the same.
INSIDE = {
    "hongxian.outreach.worklist.HeldRow": "becomes Held once the keeper has answered",
    "hongxian.org.queries.CallerRow": "goes to the dialer, and to no page",
}
NOT_PAGES = {"models", "apps"}
# Modules whose rows are made for pages.
FOR_PAGES = ("queries", "library", "worklist", "showing")


def _modules() -> list[Any]:
    found = []
    for context in CONTEXTS:
        package = importlib.import_module(f"hongxian.{context}")
        found += [
            importlib.import_module(f"{package.__name__}.{each.name}")
            for each in pkgutil.iter_modules(package.__path__)
            if each.name not in NOT_PAGES and not each.ispkg
        ]
    return found


def _rows() -> dict[str, type]:
    """Every public frozen row of the contexts."""
    return {
        f"{module.__name__}.{name}": row
        for module in _modules()
        for name, row in vars(module).items()
        if inspect.isclass(row) and is_dataclass(row) and row.__module__ == module.__name__ and not name.startswith("_")
        if _readable(row)
    }


def _readable(row: type) -> bool:
    """Whether its hints can be read where it runs; door.render fails over one whose hints cannot."""
    try:
        labels_of(row)
    except NameError:
        return False
    return True


class TestRows:
    def test_for_pages_are_labelled_throughout(self) -> None:
        wrong = {}
        for name, row in _rows().items():
            labels = labels_of(row)
            meant_for_pages = name.split(".")[2] in FOR_PAGES or any(labels.values())
            if not meant_for_pages or name in INSIDE or name.endswith(".ActorRow"):
                continue
            bad = [field for field, label in labels.items() if label is None or not _known(label)]
            if bad:
                wrong[name] = bad
        assert wrong == {}

    def test_that_stay_inside_are_there(self) -> None:
        assert set(INSIDE) <= set(_rows())

    def test_call_nothing_plain_that_is_named_like_a_field_of_a_person(self) -> None:
        """A sealed field that is called PLAIN by mistake would pass every other check."""
        telling = {"number", "phone", "mobile", "wechat", "birth", "birth_date", "remark", "note", "criteria"}
        telling |= {name for name, field in purposes.catalogue().fields.items() if not field.sealed}
        wrong = [
            f"{name}.{field}"
            for name, row in _rows().items()
            for field, label in labels_of(row).items()
            if label == PLAIN and field.removesuffix("_cm") in telling and not name.startswith("hongxian.org.")
        ]
        assert wrong == []

    def test_are_frozen(self) -> None:
        assert [name for name, row in _rows().items() if not row.__dataclass_params__.frozen and _labelled(row)] == []  # type: ignore[attr-defined] # dataclasses keep it there


def _known(label: Label) -> bool:
    return label == PLAIN or label.name in purposes.catalogue().named


def _labelled(row: type) -> bool:
    return any(labels_of(row).values())


@dataclass(frozen=True)
class Labelled:
    member_id: Annotated[int, PLAIN]
    height: Annotated[int, Label("height")]


@dataclass(frozen=True)
class Bare:
    member_id: Annotated[int, PLAIN]
    phone: str


@dataclass(frozen=True)
class Invented:
    shoe: Annotated[int, Label("shoe_size")]


@dataclass(frozen=True)
class Around:
    inner: Annotated[Any, PLAIN]


class TestRender:
    @pytest.mark.parametrize(
        "value",
        [
            Bare(1, "+8613800138000"),
            Invented(38),
            [Bare(1, "x")],
            (Bare(1, "x"),),
            [Labelled(1, 170), Bare(1, "x")],
            {"a": Bare(1, "x")},
            [[Bare(1, "x")]],
            {1: [Bare(1, "x")]},
            Around(Bare(1, "x")),
            Around([Bare(1, "x")]),
            Around({"a": Bare(1, "x")}),
            frozenset({Bare(1, "x")}),
            (each for each in [Bare(1, "x")]),
        ],
    )
    def test_refuses_what_has_no_label(self, value: object) -> None:
        request = RequestFactory().get("/")
        with pytest.raises(labelling.UnlabelledField):
            door.render(request, "404.html", {"value": value})

    @pytest.mark.parametrize(
        "value", [Labelled(1, 170), [Labelled(1, 170)], Around(Labelled(1, 2)), "words", 7, None, {"a": [1]}]
    )
    def test_lets_through_what_has(self, value: object) -> None:
        labelling.check(value, plain=door.NOT_ABOUT_MEMBERS)
        assert door.render(RequestFactory().get("/"), "design/_percent.html", {"value": value}).status_code == 200

    @pytest.mark.usefixtures("home")
    def test_refuses_models_and_queries(self) -> None:
        """A template could walk from them to anything."""
        from django.contrib.auth.models import User

        for value in (User(), User.objects.all(), [User()]):
            with pytest.raises(labelling.UnlabelledField):
                labelling.check(value, plain=door.NOT_ABOUT_MEMBERS)


class TestFieldThatNoPurposeNames:
    @pytest.mark.parametrize("render", [door.render, portal_door.render], ids=["desk", "portal"])
    @pytest.mark.usefixtures("home")
    def test_is_served_by_neither_door(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, render: Any) -> None:
        """It stands under [fields] and in a row, and every page that shows it fails."""
        text = purposes.FILE.read_text(encoding="utf-8").replace('"height", ', "").replace(', "height"', "")
        file = tmp_path / "purposes.toml"
        file.write_text(text, encoding="utf-8")
        after = purposes.catalogue(file)
        assert "height" in after.fields
        request = RequestFactory().get("/")
        render(request, "404.html", {"value": Labelled(1, 170)})
        labelling._check_row.cache_clear()
        monkeypatch.setattr(labelling, "catalogue", lambda: after)
        with pytest.raises(labelling.UnlabelledField):
            render(request, "404.html", {"value": Labelled(1, 170)})
        labelling._check_row.cache_clear()


class TestCatalogue:
    def test_says_of_every_field_what_it_is_and_whether_it_is_sealed(self) -> None:
        fields = purposes.catalogue().fields
        assert all(field.zh and field.en for field in fields.values())
        assert {*FIELDS, *WORDS} == {name for name, field in fields.items() if field.sealed} - {"number_hash"}

    def test_names_known_roles_and_grounds(self) -> None:
        for purpose in purposes.catalogue().purposes.values():
            assert purpose.roles <= {role.value for role in Role}, purpose.name
            assert purpose.grounds <= purposes.GROUNDS, purpose.name
            assert all((purpose.zh, purpose.en, purpose.basis, purpose.kept, purpose.notice_zh, purpose.notice_en)), purpose.name

    def test_lets_staff_see_sealed_fields_only_on_a_ground(self) -> None:
        fields = purposes.catalogue().fields
        for purpose in purposes.catalogue().purposes.values():
            opened = {name for name in purpose.fields if fields[name].sealed} - {"number_hash"}
            if opened and purpose.roles != {"system"}:
                assert purpose.grounds, purpose.name

    def test_that_names_an_unknown_field_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "purposes.toml"
        file.write_text(
            purposes.FILE.read_text().replace('fields = ["alias", "number"', 'fields = ["shoe_size", "alias", "number"', 1)
        )
        with pytest.raises(purposes.CatalogueUnreadable):
            purposes.catalogue(file)

    @pytest.mark.parametrize("damage", ["", "[fields", "fields = 3", '[purposes.x]\nzh = "x"'])
    def test_that_is_damaged_is_refused(self, tmp_path: Path, damage: str) -> None:
        file = tmp_path / "purposes.toml"
        file.write_text(damage)
        with pytest.raises(purposes.CatalogueUnreadable):
            purposes.catalogue(file)

    def test_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(purposes.CatalogueUnreadable):
            purposes.catalogue(tmp_path / "none.toml")

    def test_gives_unknown_and_unassessed_purposes_to_nobody(self) -> None:
        dormant = [name for name, about in tomllib.loads(purposes.FILE.read_text())["purposes"].items() if not about["live"]]
        assert "introduction" in dormant
        assert [purposes.catalogue().purpose(name) for name in ("", "curiosity", *dormant)] == [None] * (2 + len(dormant))


def changed(tmp_path: Path, old: str, new: str) -> purposes.Catalogue:
    """The catalogue after an edit."""
    text = purposes.FILE.read_text()
    assert old in text
    file = tmp_path / "purposes.toml"
    file.write_text(text.replace(old, new, 1))
    return purposes.catalogue(file)


CALL = 'fields = ["alias", "number", "district", "best_time", "note", "contact_history", "resource_no", "consent_state"]'


class TestNotice:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (CALL, CALL.replace('"alias"', '"alias", "wechat"')),
            ('roles = ["consultant", "system"]', 'roles = ["consultant", "trainer", "system"]'),
            ("您可以随时撤回。", "您不能撤回。"),
            ('kept = "24 months from the day it was given"', 'kept = "for ever"'),
        ],
    )
    def test_that_changes_makes_old_receipts_stop_counting(
        self, company: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str
    ) -> None:
        after = changed(tmp_path, old, new)
        assert after.purposes["outreach.call"].notice_hash != purposes.catalogue().purposes["outreach.call"].notice_hash
        cast = Cast()
        member = cast.member(held_by=cast.lan)
        now = casting.now().replace(hour=4)  # noon in Shanghai
        monkeypatch.setattr(deciding, "catalogue", lambda: after)
        with signed_in_as("desk"):
            verdict = gate.permit(by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, channel="call", now=now)
        assert verdict.reason == "no_consent"

    def test_stays_the_same_when_only_comments_change(self, tmp_path: Path) -> None:
        after = changed(tmp_path, "[purposes.account]", "# a word\n[purposes.account]")
        assert after.purposes["outreach.call"].notice_hash == purposes.catalogue().purposes["outreach.call"].notice_hash
