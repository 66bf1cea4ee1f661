-- Who holds the slots: node, backend and client of each, as JSON.
return redis.call('HVALS', slots)
