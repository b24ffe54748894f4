"""One picture of what there is, folded from events and readings: an immutable snapshot with columns."""
