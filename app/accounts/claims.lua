-- Compare and set: write the claims of a citizen if they are still the ones the writer knows.
--
-- KEYS[1] the claims
-- ARGV[1] what the writer knows ("" = none)   ARGV[2] what to write ("" = nothing left)   ARGV[3] kept for, in ms
-- Returns 1 when written, else 0.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
