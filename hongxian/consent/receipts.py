"""Receipts of consent: how long one counts, and what one that came with a list covers."""

from __future__ import annotations

from datetime import timedelta

# 24 months from the day it was given, unless renewed.
VALID_FOR = timedelta(days=730)
# What a signature in the store, a tick at registration or a scanned code at an event covers, and nothing else.
COVERED_BY_IMPORT = ("outreach.call", "outreach.sms", "pool.grading")

# Never covered by the above: it needs a yes of its own, given by the person themselves in the portal or brought in apart.
PROMOTION = "outreach.promotion"
