-- Deletes at most `limit` of the oldest records of an index that stand before the bound `before`. Returns how many.
local key = root .. ':' .. given.kind .. ':' .. given.index
local positions = redis.call('ZRANGEBYLEX', key, '-', given.before, 'LIMIT', 0, given.limit)
for _, position in ipairs(positions) do delete_record(given.kind, id_at(position)) end
return #positions
