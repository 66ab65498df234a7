/**
 * Takes a picture of every view, as Slack shows it at desktop and phone width, light and dark:
 * `node sandbox/web/pictures.ts [--readme]`. The views are read from pictures/views.json (test/views/write.ts writes
 * it); `--readme` also writes the four of docs/images. Fails if a view could not be drawn whole.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { findChromium, NO_CHROMIUM, startChromium } from './chromium.ts';
import { servePage } from './page-server.ts';

const FOLDER = resolve('pictures');
const WIDTHS = { desktop: 760, phone: 375 };
const THEMES = ['light', 'dark'] as const;

/** The pictures of docs/images, and the views that they show. */
const README = { prompt: 'prompt', card: 'card running', list: 'list', form: 'form submit' };

interface Look {
  width: number;
  theme: (typeof THEMES)[number];
  scale: number;
}

async function open(browser: Browser, url: string, look: Look): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.theme,
    deviceScaleFactor: look.scale,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const failure = new Promise<never>((_, reject) => page.once('pageerror', reject));
  await page.goto(url);
  await Promise.race([page.waitForSelector('figure'), failure]);
  return page;
}

/** One file a view; returns the names of those that were not drawn whole. */
async function takeAll(page: Page, ending: string): Promise<string[]> {
  const broken: string[] = [];
  for (const figure of await page.locator('figure').all()) {
    const name = (await figure.getAttribute('data-name')) ?? '';
    const file = `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.${ending}.png`;
    await figure.screenshot({ path: join(FOLDER, file) });
    if ((await figure.locator('.unknown').count()) > 0) broken.push(file);
  }
  return broken;
}

async function takeForReadme(browser: Browser, url: string): Promise<void> {
  mkdirSync('docs/images', { recursive: true });
  const page = await open(browser, url, { width: 600, theme: 'light', scale: 1 });
  for (const [file, name] of Object.entries(README)) {
    const view = page.locator(`figure[data-name="${name}"] .surface`);
    await view.screenshot({ path: `docs/images/${file}.png` });
  }
  await page.close();
}

async function main(executable: string, forReadme: boolean): Promise<void> {
  const old = readdirSync(FOLDER).filter((name) => name.endsWith('.png'));
  for (const name of old) rmSync(join(FOLDER, name));
  const server = await servePage(join(FOLDER, 'page'));
  copyFileSync(join(FOLDER, 'views.json'), join(FOLDER, 'page', 'views.json'));
  const browser = await startChromium(executable);
  const broken: string[] = [];
  try {
    for (const [size, width] of Object.entries(WIDTHS)) {
      for (const theme of THEMES) {
        const page = await open(browser, server.url, { width, theme, scale: 1 });
        broken.push(...(await takeAll(page, `${size}-${theme}`)));
        await page.close();
      }
    }
    if (forReadme) await takeForReadme(browser, server.url);
  } finally {
    await browser.close();
    await server.stop();
  }
  const count = readdirSync(FOLDER).filter((name) => name.endsWith('.png')).length;
  process.stdout.write(`${count} pictures are in pictures/.\n`);
  if (broken.length === 0) return;
  process.stderr.write(`Not drawn whole: ${broken.join(', ')}\n`);
  process.exitCode = 1;
}

const { values } = parseArgs({ options: { readme: { type: 'boolean', default: false } } });
const executable = findChromium(process.env);
if (executable === null) {
  process.stderr.write(`${NO_CHROMIUM}\n`);
  process.exitCode = 1;
} else await main(executable, values.readme);
