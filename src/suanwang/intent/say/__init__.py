"""A sentence in Chinese or English, or both, becomes what it says: offline, by rules, the same every time."""
