import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

/** Builds the page into a folder, and serves that folder on loopback. */
export async function servePage(outDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const shared = {
    configFile: false,
    root: fileURLToPath(new URL('page', import.meta.url)),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  } as const;
  await build(shared);
  const server = await preview({ ...shared, preview: { host: '127.0.0.1', port: 0 } });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error('The page has no address.');
  return { url, stop: () => server.close() };
}
