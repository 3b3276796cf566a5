"""
The console's door: what sets the company up on one machine, runs its processes, and the commands behind bin/hongxian.

Start with `company.py` (what "set up" means), then `cluster.py` (the embedded database server), `roles.py` and
`grants.py` (who may do what in it), and `supervisor.py` (the processes).
"""
