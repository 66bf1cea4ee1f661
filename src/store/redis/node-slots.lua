-- The sessions that hold a slot of a node.
return redis.call('ZRANGE', node_key(given.node), 0, -1)
