// The least that hands commands on in Node: HTTP in, the server's own forwarder out, and nothing between them that knows
// of keys, sessions or limits. Arguments: the driver's address and a session there. Prints its port.

import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Forwarder } from '../src/webdriver/forward.ts';

const [driver = '', sessionId = ''] = process.argv.slice(2);
const forwarder = new Forwarder();
const { signal } = new AbortController();
const server = createServer(async (request, response) => {
  const { method = 'GET', url: path = '/' } = request;
  const command = { method, path, body: await buffer(request), signal };
  const { status, contentType, body } = await forwarder.send(driver, sessionId, command);
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length }).end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});
