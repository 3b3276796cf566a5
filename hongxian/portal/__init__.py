"""The portal 我的数据: the members' own pages, in a process of their own with a database role of its own. Nearly empty yet."""
