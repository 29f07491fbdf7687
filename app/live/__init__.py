"""The live layer: topics and bytes, neither tickets nor Redis."""
