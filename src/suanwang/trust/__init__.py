"""Who says so, and how anyone can check: ids from keys, signed statements, the Merkle tree of the log."""
