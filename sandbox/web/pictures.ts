/**
 * Takes a picture of every view, as Slack shows it at desktop and phone width, light and dark:
 * `node sandbox/web/pictures.ts [--readme]`. The views are read from pictures/views.json (test/views/write.ts writes
 * it); `--readme` also takes the four of docs/images. Fails if a view could not be drawn whole.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { findChromium, NO_CHROMIUM, servePage, startChromium } from './browser.ts';

const FOLDER = resolve('pictures');

interface Look {
  name: string;
  width: number;
  theme: 'light' | 'dark';
}

const LOOKS: Look[] = [
  { name: 'desktop-light', width: 760, theme: 'light' },
  { name: 'desktop-dark', width: 760, theme: 'dark' },
  { name: 'phone-light', width: 375, theme: 'light' },
  { name: 'phone-dark', width: 375, theme: 'dark' },
];

/** The pictures of docs/images, and the views that they show. */
const README = { prompt: 'prompt', card: 'card failed', list: 'list', form: 'form submit' };

async function open(browser: Browser, url: string, { width, theme }: Look): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const failure = new Promise<never>((_, reject) => page.once('pageerror', reject));
  await page.goto(url);
  await Promise.race([page.waitForSelector('figure'), failure]);
  return page;
}

/** One file a view; returns those that were not drawn whole. */
async function takeAll(page: Page, look: Look): Promise<string[]> {
  const broken: string[] = [];
  for (const figure of await page.locator('figure').all()) {
    const name = (await figure.getAttribute('data-name')) ?? '';
    const file = `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.${look.name}.png`;
    await figure.screenshot({ path: join(FOLDER, file) });
    if ((await figure.locator('.unknown').count()) > 0) broken.push(file);
  }
  return broken;
}

async function takeForReadme(page: Page): Promise<void> {
  mkdirSync('docs/images', { recursive: true });
  await page.addStyleTag({ content: 'figcaption { display: none } figure { border: 0 }' });
  for (const [file, name] of Object.entries(README)) {
    const view = page.locator(`figure[data-name="${name}"]`);
    await view.screenshot({ path: `docs/images/${file}.png` });
  }
}

const pictures = (): string[] => readdirSync(FOLDER).filter((name) => name.endsWith('.png'));

async function main(executable: string, forReadme: boolean): Promise<void> {
  for (const old of pictures()) rmSync(join(FOLDER, old));
  const server = await servePage(join(FOLDER, 'page'));
  copyFileSync(join(FOLDER, 'views.json'), join(FOLDER, 'page', 'views.json'));
  const browser = await startChromium(executable);
  try {
    const broken = await Promise.all(
      LOOKS.map(async (look) => takeAll(await open(browser, server.url, look), look)),
    );
    if (forReadme) {
      await takeForReadme(
        await open(browser, server.url, { name: 'readme', width: 560, theme: 'light' }),
      );
    }
    report(broken.flat());
  } finally {
    await browser.close();
    await server.stop();
  }
}

function report(broken: string[]): void {
  process.stdout.write(`${pictures().length} pictures are in pictures/.\n`);
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
