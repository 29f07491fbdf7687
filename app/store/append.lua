-- Compare and append: if the head of a center is still the one the writer knows, append its entries to the
-- journal and write the fields they set; otherwise change nothing and return what was missed.
--
-- KEYS[1] head   KEYS[2] journal of the known epoch   KEYS[3] journal of the epoch written   KEYS[4] its hall
-- KEYS[5] hall of the known epoch, which is let go some days after the next one has begun
-- ARGV[1] known epoch ("" = no center yet)   ARGV[2] known version   ARGV[3] known hash
-- ARGV[4] epoch written (another one than known: a new epoch begins)   ARGV[5] hash after   ARGV[6] time after
-- ARGV[7] k entries   ARGV[8] s fields to set   then k entries, s pairs of field and value, fields to take away
-- Returns {1} when written, else {0, epoch, version, hash, missed entries of the known epoch (at most 1000)}.
local head = redis.call('HMGET', KEYS[1], 'epoch', 'version', 'hash')
local epoch, version, hash = head[1] or '', head[2] or '0', head[3] or ''
if epoch ~= ARGV[1] or version ~= ARGV[2] or hash ~= ARGV[3] then
  local missed = {}
  if epoch == ARGV[1] then
    missed = redis.call('XRANGE', KEYS[2], '(' .. ARGV[2] .. '-0', '+', 'COUNT', 1000)
  end
  return {0, epoch, version, hash, missed}
end
local k, s = tonumber(ARGV[7]), tonumber(ARGV[8])
if k == 0 then
  return {1}
end
-- The journal first: should a write fail, it fails here, before any field is touched.
for i = 1, k do
  redis.call('XADD', KEYS[3], (version + i) .. '-0', 'entry', ARGV[8 + i])
end
if ARGV[4] ~= ARGV[1] and ARGV[1] ~= '' then
  redis.call('XADD', KEYS[2], (version + 1) .. '-0', 'next', ARGV[4])
  redis.call('EXPIRE', KEYS[5], 8 * 86400)
end
local at = 8 + k
for i = 1, s do
  redis.call('HSET', KEYS[4], ARGV[at + 2 * i - 1], ARGV[at + 2 * i])
end
for i = at + 2 * s + 1, #ARGV do
  redis.call('HDEL', KEYS[4], ARGV[i])
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[4], 'version', version + k, 'hash', ARGV[5], 'at', ARGV[6])
return {1}
