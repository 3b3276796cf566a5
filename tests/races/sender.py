"""
A process of its own that texts the same members again and again, as the worker does: permits, commit, numbers. No caps.

`python -m tests.races.sender CITY STAFF VERSION MEMBER…`; ends when its input ends, and says how many numbers it was given.
"""

from __future__ import annotations

import os
import select
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "hongxian.config.settings"


def main(city_id: int, staff_id: int, version_id: int, members: list[int]) -> int:
    """How many numbers the keeper gave."""
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from hongxian.outreach import gate, ruling
    from hongxian.vault import asking

    limits = ruling.Limits(per_member={"sms": 10**6}, lifetime=10**6)
    gate.limits = lambda **_at: limits
    given, texts = 0, iter(range(os.getpid() * 10**6, 10**12))
    while not select.select([sys.stdin], [], [], 0)[0]:
        now = timezone.now()
        batch = [gate.Text(now, next(texts), each, staff_id, "automatic", "outreach.sms", version_id, None) for each in members]
        with transaction.atomic():
            verdicts = gate.permit_texts(city_id=city_id, messages=batch, now=now)
        pairs = [(each.trace, each.permit_id) for each in verdicts if each.trace and each.permit_id]
        if not pairs:
            break
        try:
            given += len(asking.numbers(pairs))
        except asking.KeeperDenied:
            continue
    return given


if __name__ == "__main__":
    city, staff, version, *people = (int(each) for each in sys.argv[1:])
    sys.stdout.write(f"{main(city, staff, version, people)}\n")
