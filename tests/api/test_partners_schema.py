"""schemathesis against our own description of the door: what it says is what it does, for what fits and for what doesn't. Bounded."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.partnership import Partner

EXAMPLES = 25
# A store, a text or an age that no schema can know of is told by 422 too; a full minute by 429.
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "415", "422", "429"]}}}
)


@pytest.fixture
def schema(partner: Partner) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=CONFIG)


def drive(operation: Any, mode: GenerationMode, key: str) -> int:
    """Calls one operation with so many made-up requests, and checks every answer; how many."""
    called = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def call(case: Any) -> None:
        nonlocal called
        called += 1
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"})

    call()
    return called


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
def test_what_is_described_is_what_is_done(partner: Partner, schema: Any, mode: GenerationMode) -> None:
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 8
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and operation.path.rpartition("/")[2] in {"notices", "stores"}:
            continue  # nothing to say, nothing to say wrongly
        assert drive(operation, mode, partner.key) >= 1
