/** Makes a rich_text block from plain text and finds mentions in it, as Slack does. */
import { newId } from './ids.ts';
import type { Json } from './types.ts';

const TOKEN = /<([^<>]+)>/g;

/** The rich_text block that Slack adds to a message with only text. It can name `fileIds`. */
export function richTextOf(text: string, fileIds: string[] = []): Json {
  const parts = text.split(/\n?```\n?/).map((each, index) => ({
    type: index % 2 === 0 ? 'rich_text_section' : 'rich_text_preformatted',
    elements: elementsOf(each),
  }));
  parts.at(-1)?.elements.push(...fileIds.map((file_id) => ({ type: 'file', file_id })));
  return {
    type: 'rich_text',
    block_id: newId('').slice(0, 5),
    elements: parts.filter(({ elements }) => elements.length > 0),
  };
}

function elementsOf(text: string): Json[] {
  const elements: Json[] = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    elements.push(...plain(text.slice(from, found.index)), specialElement(found[1] ?? ''));
    from = found.index + found[0].length;
  }
  return [...elements, ...plain(text.slice(from))];
}

const plain = (text: string): Json[] =>
  text === '' ? [] : [{ type: 'text', text: withoutEntities(text) }];

const withoutEntities = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function specialElement(token: string): Json {
  const [target = '', label] = token.split('|');
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) };
  if (target.startsWith('!')) return { type: 'broadcast', range: target.slice(1) };
  return { type: 'link', url: target, ...(label === undefined ? {} : { text: label }) };
}

/** Whom a text would notify: user ids, and `!channel`, `!here` and `!everyone` as written. */
export function mentionsIn(text: string): string[] {
  return Array.from(
    text.matchAll(/<(?:@([UW][A-Z0-9]+)|(!(?:channel|here|everyone)))(?:\|[^<>]*)?>/g),
    (found) => String(found[1] ?? found[2]),
  );
}
