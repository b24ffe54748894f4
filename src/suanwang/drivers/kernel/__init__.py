"""What the kernel of this machine does for us: namespaces, interfaces, routes; by rtnetlink, in bytes of our own."""
