// A WebSocket server that sends every message back, so that nothing but forwarding is measured. Prints its port.

import { WebSocketServer } from 'ws';

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  maxPayload: 256 * 1024 * 1024,
});
server.on('connection', (socket) => {
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});
server.on('listening', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});
