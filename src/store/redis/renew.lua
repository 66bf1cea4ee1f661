-- Extends the leases of all slots of a node; one that ends later is left alone.
local key, lease_until = node_key(given.node), text_of(now() + given.leaseMs)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', '(' .. lease_until)) do
  redis.call('ZADD', key, lease_until, id)
end
return 1
