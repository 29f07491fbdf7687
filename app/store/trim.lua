-- Let the journals of a finished day go, with its halls and its key, if they are still what was copied. All or
-- nothing; once done, a repeat finds no journals and changes nothing.
--
-- KEYS[1] head   KEYS[2] where the journal begins from now on   KEYS[3] key of the day
-- then for each epoch of the day: its journal, its hall
-- ARGV[1] version, ARGV[2] hash, ARGV[3] name of the day's last entry
-- then for each epoch: its name, how many rows its journal has, the id of the last
-- Returns 1 when they are gone, 0 when something is not as it was copied or the center has not gone on.
local running = redis.call('HGET', KEYS[1], 'epoch')
for i = 1, (#KEYS - 3) / 2 do
  local epoch, rows, last = ARGV[1 + 3 * i], tonumber(ARGV[2 + 3 * i]), ARGV[3 + 3 * i]
  local journal = KEYS[2 + 2 * i]
  local found = redis.call('XREVRANGE', journal, '+', '-', 'COUNT', 1)
  if epoch == running or redis.call('XLEN', journal) ~= rows or not found[1] or found[1][1] ~= last then
    return 0
  end
end
for i = 4, #KEYS do
  redis.call('UNLINK', KEYS[i])
end
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[2], 'version', ARGV[1], 'hash', ARGV[2], 'name', ARGV[3])
return 1
