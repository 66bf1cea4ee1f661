-- The body of a record, or nil.
return redis.call('HGET', root .. ':' .. given.kind .. ':bodies', given.id)
