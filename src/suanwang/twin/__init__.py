"""Rehearse: simulated time, queues and failures, with the same code that decides and steers."""
