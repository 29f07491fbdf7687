-- Keep whom to tell of a ticket, and list its key under the account. A repeat writes the same.
--
-- KEYS[1] the contact   KEYS[2] the account's list: contact keys by when (s) their contacts go
-- ARGV[1] the contact's key   ARGV[2] what to keep   ARGV[3] for how long, in s   ARGV[4] now, in s
-- ARGV[5] most keys in the list
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3], 'NX')
local longest = math.max(ARGV[3], redis.call('TTL', KEYS[2])) -- another center may keep contacts longer
redis.call('ZADD', KEYS[2], ARGV[4] + ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], 0, ARGV[4]) -- a key outliving its contact would still tell whose it was
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[5])
redis.call('EXPIRE', KEYS[2], longest)
