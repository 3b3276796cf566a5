"""合作方: other systems that bring people in, as the dating site does; their keys, what they ask for, what they are told. Start at taking.py."""
