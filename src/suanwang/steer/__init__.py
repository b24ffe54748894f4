"""Compute routing: which instance, which way, and what the kernel of each router is to hold for it; pure."""
