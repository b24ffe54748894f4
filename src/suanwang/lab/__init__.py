"""A country on one machine: routers, sites and users in network namespaces, with real routes and real distance."""
