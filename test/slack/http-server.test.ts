import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { createSignedServer } from '../../src/slack/http-server.ts';

test('a request that does not arrive in time is broken off', async () => {
  const receiver = { requestListener: () => undefined };
  const server = createSignedServer({ receiver, signingSecret: 'secret', longestMs: 100 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const time = Math.floor(Date.now() / 1000);
  socket.write(
    [
      'POST /slack/events HTTP/1.1',
      'Host: bot',
      `X-Slack-Request-Timestamp: ${time}`,
      `X-Slack-Signature: v0=${'0'.repeat(64)}`,
      'Content-Length: 1000',
      '',
      'the beginning',
    ].join('\r\n'),
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
  await once(socket, 'close');
  server.close();
});
