"""Many demands at once: tasks to sites at the least cost, within the limits of links, and node and path as one choice."""
