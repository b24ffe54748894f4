"""Nouns as text: every function takes words and nouns and returns a page, that is lines and tables. Nothing here prints."""
