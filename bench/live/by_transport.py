"""`goiso serve` with every frame written through the transport, as behind TLS: what the direct path saves. Run as
`python -m bench.live.by_transport serve`."""

from functools import partial

from app.cli import cli
from app.live import door
from app.live.socket import LiveSocket

vars(door)["LiveSocket"] = partial(LiveSocket, direct=False)

if __name__ == "__main__":
    cli()
