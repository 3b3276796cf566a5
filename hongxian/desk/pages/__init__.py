"""One module a word on the screen."""
