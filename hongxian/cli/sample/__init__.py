"""
The demo company: staff, made-up members and 90 days of their history, for looking at and for measuring.

It writes the tables of every context directly, by COPY, as a machine that invents history: the only place outside a context
that may. What it writes obeys the rules that the contexts keep (tests/cli/test_sample.py counts them all).

Start at filling.py; people.py makes members up, histories.py what happened to them, places.py where they are now.
"""

from hongxian.cli.sample.filling import fill
from hongxian.cli.sample.sign_ins import sign_ins

__all__ = ["fill", "sign_ins"]
