"""The only place where a node is chosen: rules rule out, terms rank, the record explains."""
