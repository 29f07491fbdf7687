// A websocket client of Node's `ws`, driven by lines: `node follow.cjs URL [ORIGIN]`.
// Each line that comes is sent as a text; `ping` sends a ping, `close` closes with 1000. What happens is printed:
// `open`, `message TEXT`, `pong DATA`, `refused STATUS`, `closed CODE`.
const readline = require("readline");
const WebSocket = require("ws");

const [url, origin] = process.argv.slice(2);
const socket = new WebSocket(url, origin ? { origin } : {}); // offers permessage-deflate, as it does by itself
const tell = (...words) => console.log(words.join(" "));

socket.on("open", () => tell("open"));
socket.on("message", (data) => tell("message", data.toString()));
socket.on("pong", (data) => tell("pong", data.toString()));
socket.on("unexpected-response", (request, response) => {
  tell("refused", response.statusCode);
  process.exit();
});
socket.on("error", (fault) => console.error(fault.message));
socket.on("close", (code) => {
  tell("closed", code);
  process.exit();
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "ping") socket.ping("are you there");
  else if (line === "close") socket.close(1000);
  else socket.send(line);
});
