-- Shows that Redis can be written.
redis.call('SET', root .. ':ping', text_of(now()))
return 1
