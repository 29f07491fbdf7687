// Bun: its own websocket server (C++), publish and subscribe.
import { parseArgs } from "util";

const options = { port: { type: "string" }, view: { type: "string", default: "0" }, deflate: { type: "boolean" } };
const { values } = parseArgs({ args: Bun.argv.slice(2), options });
const view = Number(values.view) ? JSON.stringify({ at: "view.1", view: "x".repeat(values.view - 28) }) : "";
const server = Bun.serve({
  port: Number(values.port),
  hostname: "127.0.0.1",
  fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("", { status: 400 })),
  websocket: {
    idleTimeout: 0,
    sendPings: false,
    perMessageDeflate: Boolean(values.deflate),
    open(socket) {
      socket.subscribe("all");
      if (view) socket.send(view);
    },
    message() {},
  },
});
for await (const line of console) server.publish("all", line.slice(2));
process.exit(0);
