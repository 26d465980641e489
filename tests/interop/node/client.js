// npm ws against a server: client.js URL [SUBPROTOCOL [AUTHORITY]]. Exercises it and prints "ok", or what went wrong.
const WebSocket = require('ws');
const crypto = require('crypto');

const url = process.argv[2];
const fail = (why) => {
  console.log(`failed: ${why}`);
  process.exit(1);
};
const cases = ['hello', '', 'wörld 🙂', Buffer.alloc(0), Buffer.from([0, 255]), crypto.randomBytes(70000),
  crypto.randomBytes(16 * 1024 * 1024)];
for (let i = 0; i < 2000; i++) cases.push(`small ${i}`);

// permessage-deflate is offered, as ws does by default, and must be declined.
const socket = new WebSocket(url, ['nobody', 'v1'], {
  maxPayload: 1 << 28,
  ...(process.argv[4] && { ca: require('fs').readFileSync(process.argv[4]) }),
});
let next = 0;
let pong = false;
socket.on('open', () => {
  if (socket.extensions !== '') fail(`extensions ${socket.extensions}`);
  if (process.argv[3] && socket.protocol !== process.argv[3]) fail(`protocol ${socket.protocol}`);
  socket.ping('are you there');
  for (const message of cases) socket.send(message);
});
socket.on('pong', (data) => { pong = data.toString() === 'are you there'; });
socket.on('message', (data, isBinary) => {
  const sent = cases[next++];
  if (isBinary !== Buffer.isBuffer(sent) || !data.equals(Buffer.from(sent))) fail(`message ${next}`);
  if (next === cases.length) socket.close(4002, 'done');
});
socket.on('error', (error) => fail(error.message));
socket.on('close', (code, reason) => {
  if (next !== cases.length || !pong) fail(`closed after ${next} messages, pong ${pong}`);
  if (code !== 4002) fail(`close code ${code} ${reason}`);
  console.log('ok');
  process.exit(0);
});
setTimeout(() => fail('too slow'), 60000);
