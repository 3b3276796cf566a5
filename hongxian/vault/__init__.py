"""密库: what names a person, sealed under keys of its own; grounds and permits without which nothing is opened; and the keeper, the one process that can open. Start at keeper.py."""
