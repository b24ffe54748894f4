"""The log, and the files by content."""
