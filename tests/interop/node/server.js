// An echo server by npm ws: server.js [CERTIFICATE KEY [MAX_VERSION]]. Prints its URL. Paths: /echo, /pings, /burst, /close?CODE.
const fs = require('fs');
const { WebSocketServer } = require('ws');

const [cert, key, maxVersion] = process.argv.slice(2);
const listener = cert
  ? require('https').createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key), ...(maxVersion && { maxVersion }) })
  : require('http').createServer();
const server = new WebSocketServer({ server: listener, maxPayload: 1 << 28, handleProtocols: (offers) =>
  offers.has('v2') ? 'v2' : false });
listener.listen(Number(process.env.PORT || 0), '127.0.0.1', () =>
  console.log(`${cert ? 'wss' : 'ws'}://127.0.0.1:${listener.address().port}`));
server.on('connection', (socket, request) => {
  const path = request.url;
  if (path.startsWith('/close?')) {
    socket.close(Number(path.slice(7)), 'as asked');
    return;
  }
  if (path === '/burst') {
    // Pings under load: every one must be answered, in order, between large messages.
    const answers = [];
    socket.on('pong', (data) => {
      answers.push(data.toString());
      if (answers.length === 50) socket.send(answers.join(','));
    });
    const large = Buffer.alloc(256 * 1024, 'x');
    for (let i = 0; i < 50; i++) {
      socket.send(large, { binary: true });
      socket.ping(`p${i}`);
    }
    return;
  }
  if (path === '/fragments') {
    for (let i = 0; i < 100; i++) socket.send(`part${i} `, { fin: false });
    socket.send('end', { fin: true });
    return;
  }
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
process.on('SIGTERM', () => process.exit(0));
