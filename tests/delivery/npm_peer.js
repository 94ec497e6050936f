// npm's `pubsubhubbub`, as its users run it: node npm_peer.js FOLDER PORT, where FOLDER has it in node_modules.
// The same commands and answers as of flask_peer.py, but for `renew`; it takes HUB and TOPIC from its user.
const [folder, port] = process.argv.slice(2);
const { createServer } = require(require.resolve("pubsubhubbub", { paths: [folder] }));
const tell = (event, topic = "", said = "") => console.log(JSON.stringify({ event, topic, said }));
const subscriber = createServer({ callbackUrl: `http://127.0.0.1:${port}/` });
subscriber.on("listen", () => tell("ready"));
subscriber.on("subscribe", (data) => tell("subscribe", data.topic));
subscriber.on("unsubscribe", (data) => tell("unsubscribe", data.topic));
subscriber.on("denied", (data) => tell("denied", data.topic, String(data.error || "")));
subscriber.on("feed", (data) => tell("feed", data.topic, data.feed.toString()));
subscriber.listen(Number(port), "127.0.0.1");
let known = [];
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [command, ...given] = line.split(" ");
  known = given.length ? given : known;
  subscriber[command === "unsubscribe" ? "unsubscribe" : "subscribe"](...known);
});
