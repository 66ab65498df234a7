import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build, preview } from 'vite';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APPLICATIONS = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const NO_CHROMIUM =
  'I found no Chromium. Install it (on Debian: apt-get install chromium fonts-lato ' +
  'fonts-noto-color-emoji), or name one in CHROMIUM.';

/** Where Chromium or Chrome is on this machine; null if nowhere. `CHROMIUM` names another one. */
export function findChromium(environment: Record<string, string | undefined>): string | null {
  const { CHROMIUM: named, PATH = '' } = environment;
  const onPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const places = named ? [named] : [...onPath, ...APPLICATIONS];
  return places.find((place) => existsSync(place)) ?? null;
}

/** A headless Chromium with an empty profile. Playwright starts it without Chromium's own sandbox: show it our pages only. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath });
}

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
