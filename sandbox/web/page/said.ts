import { plainText, type Reader } from '../../demo/plain-text.ts';

/** Keys whose texts are not seen before one presses or opens something. */
const UNSEEN = new Set(['confirm', 'description']);

/** Every text that a view shows somewhere, at any depth, as a person reads it. */
export function textsIn(part: unknown, reader: Reader): string[] {
  if (Array.isArray(part)) return part.flatMap((one) => textsIn(one, reader));
  if (typeof part !== 'object' || part === null) return [];
  const type = 'type' in part ? part.type : null;
  if (type === 'mrkdwn' || type === 'plain_text') {
    const text = 'text' in part ? String(part.text) : '';
    return [type === 'mrkdwn' ? plainText(text, reader) : text];
  }
  const own = 'initial_value' in part ? [String(part.initial_value)] : [];
  const inner = Object.entries(part).filter(([key]) => !UNSEEN.has(key));
  return [...own, ...inner.flatMap(([, value]) => textsIn(value, reader))];
}

/** Those of the texts that a page does not show; only letters and digits count. */
export function missing(texts: string[], shown: string): string[] {
  const all = bare(shown);
  return texts.filter((text) => !all.includes(bare(text)));
}

const bare = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '');
