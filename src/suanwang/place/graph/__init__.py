"""Which task of a job graph goes where and when, over cloud, edge and device: transfers counted, links shared."""
