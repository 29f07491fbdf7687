"""The report: what the journal says of days, counted. `ledger` reads entries, `copies` keeps closed days, `count`
asks DuckDB, `words` says what each figure means."""
