"""The doors: HTTP, command line, Python client."""
