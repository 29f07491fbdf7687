// Node `ws`: every socket of wss.clients is sent the text, as in its README's example of a broadcast.
const { WebSocketServer, WebSocket } = require("ws");
const { createServer } = require("http");
const { createInterface } = require("readline");
const { parseArgs } = require("util");

const options = { port: { type: "string" }, view: { type: "string", default: "0" }, deflate: { type: "boolean" } };
const { values } = parseArgs({ options });
const view = Number(values.view) ? JSON.stringify({ at: "view.1", view: "x".repeat(values.view - 28) }) : "";
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: Boolean(values.deflate) });
sockets.on("connection", (socket) => {
  socket.on("error", () => {});
  if (view) socket.send(view);
});
server.listen({ port: Number(values.port), host: "127.0.0.1", backlog: 4096 });
createInterface({ input: process.stdin }).on("line", (line) => {
  const text = line.slice(2);
  for (const socket of sockets.clients) if (socket.readyState === WebSocket.OPEN) socket.send(text);
}).on("close", () => process.exit(0));
