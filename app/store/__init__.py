"""Where halls are kept: Redis, the only store. One script (`append.lua`) writes; it knows nothing of tickets."""
