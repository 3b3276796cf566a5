"""The desk: staff pages. A page translates in, makes one call, translates out; door.py lets people in and says who they are."""
