"""书信: what members viewed and sent on the dating site: theirs alone. The desk has no grant here; a member may push a copy of their own words to their consultant."""
