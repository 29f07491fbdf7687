"""Line protocols, each pure: facts to bytes, bytes to facts. No port, no clock, no task.

One file per protocol. `digits` is our own open protocol for LED digit boards; a board that speaks something
else gets a file beside it. Called by the bus and by the simulator.
"""
