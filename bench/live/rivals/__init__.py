"""The smallest fair server of each rival, written by us after its own documentation: started by
`bench.live.catalogue`.

Each takes `--port`; `--view BYTES`: a newcomer is sent a text of so many bytes; `--deflate`: it accepts
compression as it comes. A line `b TEXT` on stdin sends TEXT to everybody. They are scripts of their own, each on
its own engine; nothing here is imported.
"""
