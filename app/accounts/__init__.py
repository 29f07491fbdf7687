"""Who may do what: citizens' and staff's accounts, sessions, limited tries. Kept in Redis, outside any hall."""
