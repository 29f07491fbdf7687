"""uWebSockets (C++) through the wheel `socketify`: publish and subscribe. Its loop reads no stdin, so a broadcast
is asked for by `POST /publish` with a text a line as body."""

import argparse

from socketify import App, AppListenOptions, CompressOptions, OpCode

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--view", type=int, default=0)
parser.add_argument("--deflate", action="store_true")
arguments = parser.parse_args()
view = '{"at":"view.1","view":"' + "x" * max(0, arguments.view - 25) + '"}' if arguments.view else ""
app = App()


def opened(socket):  # type: ignore[no-untyped-def]
    socket.subscribe("all")
    if view:
        socket.send(view, OpCode.TEXT)


def asked(answer, request):  # type: ignore[no-untyped-def]
    parts = []

    def came(answer, chunk, is_last):  # type: ignore[no-untyped-def]
        parts.append(bytes(chunk or b""))
        if is_last:
            for text in b"".join(parts).decode().split("\n"):
                app.publish("all", text, OpCode.TEXT)
            answer.end("{}")

    answer.on_data(came)


shrink = CompressOptions.SHARED_COMPRESSOR if arguments.deflate else CompressOptions.DISABLED
app.ws("/", {"compression": shrink, "idle_timeout": 0, "open": opened, "message": lambda socket, text, code: None})
app.post("/publish", asked)
app.listen(AppListenOptions(port=arguments.port, host="127.0.0.1"), lambda config: None)
app.run()
