-- Runs before every step but restore.lua: refuses it when the content is not the one that the caller knows, because
-- Redis was flushed or came back empty. A step over lost slots would hand them out twice.
if redis.call('GET', KEYS[1] .. ':content') ~= ARGV[1] then
  return redis.error_reply('LOST the content is not the one that was known')
end
