"""The loop that hears, decides, writes down, carries out and settles."""
