"""The portal 我的数据: the members' own pages, in a process of their own. Its database role sees one person at a time: see own.py. Start at door.py."""
