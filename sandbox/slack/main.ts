/**
 * Runs the local Slack in its own process: `node sandbox/slack/main.ts --manifest manifest.yml [--port N] [--http
 * URL]`. Prints one line of JSON when it listens, then a line for each event. Stops at SIGTERM or SIGINT.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startSlack } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    manifest: { type: 'string', default: 'manifest.yml' },
    http: { type: 'string' },
    'rate-limits': { type: 'boolean', default: false },
  },
});

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const secret = randomBytes(16).toString('hex');
const slack = await startSlack({
  port: Number(values.port),
  manifest: values.manifest,
  rateLimits: values['rate-limits'],
  log: print,
  ...(values.http === undefined ? {} : { signing: { url: values.http, secret } }),
});

const { close, ...addresses } = slack;
print(JSON.stringify({ ready: true, ...addresses }));

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    close().then(() => process.exit(0));
  });
