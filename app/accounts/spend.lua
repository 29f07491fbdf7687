-- Count a try; the count is forgotten some time after the first.
--
-- KEYS[1] the count   ARGV[1] forgotten after, in s
-- Returns how many tries there were, this one among them.
redis.call('SET', KEYS[1], 0, 'EX', ARGV[1], 'NX')
return redis.call('INCR', KEYS[1])
