import type { Server } from 'node:http';

/** The bot could not listen on a port. The message says which setting names it. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused';
}

interface Place {
  host: string;
  /** 0: the system chooses. */
  port: number;
  /** The settings that name host and port. */
  settings: { host: string; port: string };
}

/**
 * Starts listening.
 * @returns the port
 * @throws PortRefused
 */
export function listenOn(server: Server, { host, port, settings }: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = 'code' in error ? error.code : error.message;
      const why =
        code === 'EADDRINUSE'
          ? `another program uses it. Stop that one, or give ${settings.port} another number`
          : `the system does not give it (${code}). Look at ${settings.host} and ${settings.port}`;
      reject(new PortRefused(`Nothing can be served on port ${port} of ${host}: ${why}.`));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
