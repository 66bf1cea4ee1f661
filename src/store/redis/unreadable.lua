-- The ids of the records of a kind that were put aside.
return redis.call('HKEYS', root .. ':unreadable:' .. given.kind)
