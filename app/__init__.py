"""The server of Gọi Số. `docs/architecture.md` draws how its parts hang together."""
