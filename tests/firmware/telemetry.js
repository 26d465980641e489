// The other side of the telemetry example by npm ws: telemetry.js [CERTIFICATE KEY]. Prints its URL, then each reading; asks for them
// faster after the first, and says stop after 20.
const fs = require('fs');
const { WebSocketServer } = require('ws');

const [cert, key] = process.argv.slice(2);
const listener = cert
  ? require('https').createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) })
  : require('http').createServer();
listener.listen(0, '127.0.0.1', () => console.log(`${cert ? 'wss' : 'ws'}://127.0.0.1:${listener.address().port}`));
new WebSocketServer({ server: listener }).on('connection', (socket) => {
  let count = 0;
  socket.on('message', (reading) => {
    console.log(String(reading));
    count += 1;
    if (count === 1) socket.send('interval 20');
    if (count === 20) socket.send('stop');
  });
});
process.on('SIGTERM', () => process.exit(0));
