import { z } from 'zod';

/**
 * Code that somebody pasted into a message, from the rich_text blocks that Slack makes of what is typed
 * (docs.slack.dev, rich text block): a message's `text` is escaped, and has links in it that nobody wrote.
 */

const styled = z.looseObject({}).optional();
const element = z.union([
  z.object({ type: z.literal('text'), text: z.string(), style: styled }),
  // Slack makes links of `train.sh` and of addresses. One without a text of its own is shown as it was typed.
  z.object({
    type: z.literal('link'),
    url: z.string(),
    text: z.string().optional(),
    style: styled,
  }),
  z.object({ type: z.literal('color'), value: z.string() }),
  z.object({ type: z.literal('user'), user_id: z.string() }),
  z.object({ type: z.string() }),
]);
type Element = z.infer<typeof element>;
const part = z.object({ type: z.string(), elements: z.array(z.unknown()).catch([]) });
const block = z.object({ type: z.literal('rich_text'), elements: z.array(part) });

/** What was pasted: its text, or the knowledge that Slack has changed something of it that cannot be told any more. */
export type Pasted = { text: string } | 'changed by Slack';

/**
 * The script in a message: its first code block that begins with `#!` or has an `#SBATCH` line (`any`: or else the
 * first code block at all), or the whole message if that begins with `#!`. Null if there is none.
 */
export function pastedCode(blocks: unknown, any: boolean): Pasted | null {
  const parts = z
    .array(z.unknown())
    .catch([])
    .parse(blocks)
    .flatMap((each) => block.safeParse(each).data?.elements ?? []);
  const code = parts
    .filter(({ type }) => type === 'rich_text_preformatted')
    .map(({ elements }) => written(read(elements), true));
  const script = code.find((each) => isScript(each.text)) ?? (any ? code[0] : undefined);
  if (script !== undefined) return asPasted(script);
  const [first, ...others] = parts;
  if (first?.type !== 'rich_text_section') return null;
  const whole = written(withoutMention(read(first.elements)), false);
  if (!whole.text.startsWith('#!')) return null;
  return others.length === 0 ? asPasted(whole) : 'changed by Slack';
}

const isScript = (text: string) => text.startsWith('#!') || /^#SBATCH\b/m.test(text);

const read = (elements: unknown[]): Element[] =>
  elements.flatMap((each) => element.safeParse(each).data ?? []);

interface Written {
  text: string;
  /** False if something was typed that is no text any more: an emoji, a mention, or marks that became a style. */
  exact: boolean;
}

const asPasted = ({ text, exact }: Written): Pasted => (exact ? { text } : 'changed by Slack');

function written(elements: Element[], isCode: boolean): Written {
  let text = '';
  let exact = true;
  for (const each of elements) {
    if ('text' in each || 'url' in each) {
      text += each.text ?? ('url' in each ? each.url : '');
      exact &&= isCode || Object.keys(each.style ?? {}).length === 0;
    } else if ('value' in each) text += each.value;
    else exact = false;
  }
  return { text, exact };
}

/** What follows the mention of the bot with which a message begins. */
function withoutMention([first, second, ...others]: Element[]): Element[] {
  if (first === undefined) return [];
  const rest = second === undefined ? others : [second, ...others];
  if (!('user_id' in first)) return [first, ...rest];
  return second !== undefined && 'text' in second && second.text !== undefined
    ? [{ ...second, text: second.text.trimStart() }, ...others]
    : rest;
}
