-- What every step shares: its arguments, time, and the records of a collection with their indexes.
-- KEYS[1] is the hash tag under which everything lies, so that every step stays on one node of a cluster; all other
-- keys are made of it. ARGV: the known content, the parameters as JSON, the body of a record or event.
local root, given, body = KEYS[1], cjson.decode(ARGV[2]), ARGV[3]

local function text_of(number)
  return string.format('%.0f', number)
end

-- Epoch milliseconds: the caller's, or those of Redis, which are the same for all servers over one store.
local function now()
  if given.now then return given.now end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- An index is a sorted set whose members are positions (creation time and id), all with score 0: Redis then orders them
-- byte by byte, and a cursor is a bound that needs no record to stand at.
local function index_names(kind, place)
  local base = root .. ':' .. kind .. ':'
  local names = { base .. 'all', base .. 'client:' .. place.client }
  if place.status then
    names[3] = base .. 'status:' .. place.status
    names[4] = base .. 'status:' .. place.status .. ':client:' .. place.client
  end
  return names
end

local function leave_indexes(kind, place_text)
  local place = cjson.decode(place_text)
  for _, index in ipairs(index_names(kind, place)) do redis.call('ZREM', index, place.position) end
end

-- `place_text` is where the record stands in the indexes, as JSON: position, client, status.
local function put_record(kind, id, place_text, record)
  local bodies, places = root .. ':' .. kind .. ':bodies', root .. ':' .. kind .. ':places'
  local old = redis.call('HGET', places, id)
  if old ~= place_text then
    if old then leave_indexes(kind, old) end
    local place = cjson.decode(place_text)
    for _, index in ipairs(index_names(kind, place)) do redis.call('ZADD', index, 0, place.position) end
    redis.call('HSET', places, id, place_text)
  end
  redis.call('HSET', bodies, id, record)
end

local function delete_record(kind, id)
  local bodies, places = root .. ':' .. kind .. ':bodies', root .. ':' .. kind .. ':places'
  local place_text = redis.call('HGET', places, id)
  if not place_text then return 0 end
  leave_indexes(kind, place_text)
  redis.call('HDEL', places, id)
  redis.call('HDEL', bodies, id)
  return 1
end

-- A position is 16 digits, a colon and the id.
local function id_at(position)
  return string.sub(position, 18)
end
