-- Takes a record that nobody can read out of its collection and keeps it aside, unless it is another one by now.
-- `position` and `indexes` say where it was listed, which the record itself may not. Returns whether it was taken out.
local records = root .. ':' .. given.kind
local found = redis.call('HGET', records .. ':bodies', given.id)
if (found or '') ~= body then return 0 end

for _, index in ipairs(given.indexes) do redis.call('ZREM', records .. ':' .. index, given.position) end
local place = redis.call('HGET', records .. ':places', given.id)
-- Where it says it stands may be nonsense as well.
if place then pcall(leave_indexes, given.kind, place) end
redis.call('HDEL', records .. ':places', given.id)
redis.call('HDEL', records .. ':bodies', given.id)
redis.call('HSET', root .. ':unreadable:' .. given.kind, given.id, body)
return 1
