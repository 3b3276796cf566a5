"""The demo company's templates pass what every template must pass."""

from __future__ import annotations

from hongxian.cli.sample.wordings import TEMPLATES
from hongxian.outreach import previewing, wordings


def test_there_is_one_of_each_kind_and_use() -> None:
    assert {use for _name, _kind, uses, _body in TEMPLATES for use in uses} == set(wordings.USES)
    assert {kind for _name, kind, _uses, _body in TEMPLATES} == {"service", "promotion"}


def test_all_pass_and_fit_into_two_parts() -> None:
    for _name, kind, uses, body in TEMPLATES:
        found = previewing.of_wording(body=body, kind=kind, uses=list(uses))
        assert found.refusal == ""
        assert found.parts is not None
        assert found.parts.count <= 2, found.text
