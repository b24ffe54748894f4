"""Work that can wait runs when and where power is cheap and clean: hours and sites priced, sold, and planned again as time
goes on."""
