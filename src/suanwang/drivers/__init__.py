"""The hands: runtimes, the meter, the wire, the clock. Foreign errors are mapped to Faults here, once."""
