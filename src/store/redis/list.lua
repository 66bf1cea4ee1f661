-- The newest `limit` records of each of the indexes, as pairs of position and body, from the bound `from` downwards.
local rows = {}
for _, index in ipairs(given.indexes) do
  local key = root .. ':' .. given.kind .. ':' .. index
  for _, position in ipairs(redis.call('ZREVRANGEBYLEX', key, given.from, '-', 'LIMIT', 0, given.limit)) do
    local record = redis.call('HGET', root .. ':' .. given.kind .. ':bodies', id_at(position))
    rows[#rows + 1] = { position, record }
  end
end
return rows
