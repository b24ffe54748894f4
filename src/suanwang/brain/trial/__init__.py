"""Trials: a copy of all that the brain knows lives on in simulated time, as it is and changed, by the brain's own decisions."""
