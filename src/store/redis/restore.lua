-- Puts again what a server holds, one part after the other. The last part gives the content a name, unless another
-- server that found it lost has done so, and returns it. Everything here is the same done twice as done once.
for _, record in ipairs(given.records) do put_record(record.kind, record.id, record.place, record.body) end
for _, slot in ipairs(given.slots) do take_slot(slot.id, slot.holder, now() + slot.leaseMs) end
if not given.isLast then return false end

-- Readers stand at a number, so events that are appended from now on must have higher ones.
local sequence = root .. ':events:sequence'
if tonumber(redis.call('GET', sequence) or 0) < given.sequence then
  redis.call('SET', sequence, text_of(given.sequence))
end
redis.call('SET', root .. ':content', ARGV[1], 'NX')
return redis.call('GET', root .. ':content')
