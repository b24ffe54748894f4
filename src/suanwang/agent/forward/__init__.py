"""The agent on a router: it steers by what the brain, the nodes and its own probes tell."""
