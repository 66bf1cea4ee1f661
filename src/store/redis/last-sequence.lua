-- The number of the newest event, 0 where there was none yet.
return tonumber(redis.call('GET', root .. ':events:sequence') or 0)
