"""Routes, pages, the API, access. Asks commands of `centers`, paints from the feed, decides nothing."""
