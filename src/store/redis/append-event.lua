-- Numbers an event, appends it to the log, cuts the log, and announces it to every server. Returns the number.
local events = root .. ':events'
local sequence = text_of(redis.call('INCR', events .. ':sequence'))
redis.call('XADD', events, 'MAXLEN', given.size, sequence .. '-0', 'client', given.client or '', 'body', body)
redis.call('PUBLISH', given.channel, sequence .. ' ' .. body)
return tonumber(sequence)
