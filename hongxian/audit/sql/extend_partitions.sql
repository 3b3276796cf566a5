-- Makes the months ahead of an append-only table; the owner's function, see partitions.py.
SELECT extend_partitions(%(parent)s::text, 0, %(ahead)s::int) AS made
