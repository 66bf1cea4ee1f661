-- Takes an event out of the log. Returns how many there were.
return redis.call('XDEL', root .. ':events', given.streamId)
