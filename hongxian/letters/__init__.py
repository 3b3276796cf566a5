"""
书信: what members viewed and sent on the dating site: theirs alone.

The desk, the dialer and the auditor have no grant on these tables, the worker may only delete. The dating site's feed
brings rows in through the portal, the member reads their own, and may push a copy of their own words to their consultant.

Start at feeding.py (what may come in); suggesting.py and card.py make a preference card; blotting.py covers contact data.
"""
