-- Takes a slot of a backend, of a client and of the whole, or says which of them is full. Does not count the slot that
-- the session has already, so that asking again gives the same answer.
free_lapsed(given.node)

local function held_by_others(key)
  return redis.call('SCARD', key) - redis.call('SISMEMBER', key, given.id)
end

-- What no choice of another backend would mend comes first, so that the caller need not try them all.
if held_by_others(client_key(given.client)) >= given.limits.client then return 'client' end
if redis.call('HLEN', slots) - redis.call('HEXISTS', slots, given.id) >= given.limits.global then return 'global' end
if held_by_others(backend_key(given.backend)) >= given.limits.backend then return 'backend' end

take_slot(given.id, given.holder, now() + given.leaseMs)
return 'reserved'
