-- At most `limit` events after the number `after`, of one client where given, as pairs of stream id and body.
local found, from = {}, '(' .. given.after
while #found < given.limit do
  local entries = redis.call('XRANGE', root .. ':events', from, '+', 'COUNT', 500)
  if #entries == 0 then break end
  for _, entry in ipairs(entries) do
    local client, event = entry[2][2], entry[2][4]
    local is_wanted = not given.client or client == given.client
    if is_wanted and #found < given.limit then found[#found + 1] = { entry[1], event } end
  end
  from = '(' .. entries[#entries][1]
end
return found
