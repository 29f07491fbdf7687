"""Processes that run on site (speaker, boards) and follow topics over the websocket like any screen."""
