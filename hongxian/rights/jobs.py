"""What the worker does for the privacy office: it alone reads the traces."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hongxian.kernel.actor import COMPANY
from hongxian.org import queries as org
from hongxian.rights import affected


@app.task(name="rights.count_affected", queue="rights", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def count_affected(incident_id: int) -> None:
    """Counts whom an incident touches; may be repeated at any moment."""
    cities = (COMPANY, *(city.city_id for city in org.cities()))
    affected.count(incident_id=incident_id, cities=cities, now=timezone.now())


def put_in_line(*, incident_id: int) -> None:
    """Adds the count in the surrounding transaction."""
    count_affected.defer(incident_id=incident_id)
