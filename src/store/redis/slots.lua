-- Slots: the hash `slots` says for each session who holds what. A sorted set for each node, scored by the end of the
-- leases, tells what has lapsed, and a set for each backend and client tells how many slots it has. There are no
-- counters that could drift from what is held, and to take or free a slot twice is the same as once.
local slots = root .. ':slots'

local function node_key(node) return slots .. ':node:' .. node end
local function backend_key(backend) return slots .. ':backend:' .. backend end
local function client_key(client) return slots .. ':client:' .. client end

local function free_slot(id)
  local holder_text = redis.call('HGET', slots, id)
  if not holder_text then return 0 end
  local holder = cjson.decode(holder_text)
  redis.call('HDEL', slots, id)
  redis.call('SREM', backend_key(holder.backend), id)
  redis.call('SREM', client_key(holder.client), id)
  redis.call('ZREM', node_key(holder.node), id)
  if redis.call('EXISTS', node_key(holder.node)) == 0 then redis.call('SREM', slots .. ':nodes', holder.node) end
  return 1
end

-- `holder_text` is node, backend and client as JSON.
local function take_slot(id, holder_text, lease_until)
  free_slot(id)
  local holder = cjson.decode(holder_text)
  redis.call('HSET', slots, id, holder_text)
  redis.call('SADD', backend_key(holder.backend), id)
  redis.call('SADD', client_key(holder.client), id)
  redis.call('ZADD', node_key(holder.node), text_of(lease_until), id)
  redis.call('SADD', slots .. ':nodes', holder.node)
end

-- The slots of `own` never lapse here, however long it slept: only that node knows whether its browsers live.
local function free_lapsed(own)
  local moment = text_of(now())
  for _, node in ipairs(redis.call('SMEMBERS', slots .. ':nodes')) do
    if node ~= own then
      for _, id in ipairs(redis.call('ZRANGEBYSCORE', node_key(node), '-inf', moment)) do free_slot(id) end
    end
  end
end
