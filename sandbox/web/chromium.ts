import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

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
