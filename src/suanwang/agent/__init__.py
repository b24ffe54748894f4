"""The loop on a node: fetch orders, run them, report what happened; survives without the brain."""
