import { z } from 'zod';
import { type AnyBlock, block as shape } from './view-shapes.ts';

const verbatim = z.looseObject({ text: z.string(), verbatim: z.literal(true) });

/**
 * A block in the words of slack-blocks-to-jsx, so that it shows what Slack shows. The library does not format
 * `verbatim` text, in which Slack only makes no links; it adds lines around code blocks, spaces after `&gt;`, and
 * leaves `&amp;` as it is in code.
 */
export function asLibrary(block: AnyBlock): AnyBlock {
  const changed = JSON.stringify(block, (_, value) => {
    const known = verbatim.safeParse(value);
    if (!known.success) return value;
    const { verbatim: _verbatim, text, ...rest } = known.data;
    return { ...rest, text: reworded(text) };
  });
  return shape.parse(JSON.parse(changed));
}

/** An invisible character that keeps its neighbours from being read as one address or character reference. */
const JOINER = '\u2060';

const reworded = (text: string): string =>
  text
    .replaceAll(/```\n?([\s\S]*?)\n?```/g, '```$1```')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', `&${JOINER}`)
    .replaceAll(/(?<!<)(\bhttps?:)\/\//g, `$1${JOINER}//`);
