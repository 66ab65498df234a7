import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endsPlainly } from '../../src/scripts/ending.ts';

test.each<[boolean, string]>([
  [true, '#!/bin/bash'],
  [true, '#!/usr/bin/env bash'],
  [true, '#!/bin/bash -l'],
  [false, '#!/bin/sh'],
  [false, '#!/usr/bin/python3'],
  [false, 'echo'],
])('%s: %s', (plainly, firstLine) => {
  expect(endsPlainly(`${firstLine}\nsrun ./train\n`)).toBe(plainly);
});

/** True if bash, given a trap on EXIT before this text, still runs that trap when all is over. */
function runsToItsEnd(text: string): boolean {
  const script = `trap 'echo ENDED' EXIT\n${text}\n`;
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' });
  return stdout.endsWith('ENDED\n');
}

describe('a trap on EXIT set at the beginning', () => {
  const harmless = [
    'echo "exec true"',
    '# trap x EXIT',
    '  # then exec true',
    'trap "true" USR1',
    "trap -- '' SIGHUP TERM 15 # tidy",
    'trap - INT',
    'exec 2> /dev/null',
    'exec 3< /dev/null 4>&3',
    'exec > >(cat) 2>&1',
    'exec {log}> /dev/null; true',
    'command -v apptainer exec x.sif true',
    'find /dev/null -exec true {} ;',
    "cat <<'END'\ntrap x EXIT\nexec y\nEND",
    'text="\nexec true\n"',
    'bootstrap=1; trap.sh 2> /dev/null; set -e',
    'exit 3',
  ];
  const harmful = [
    'trap true EXIT',
    'trap true exit',
    'set -e; trap \'rm -rf "$tmp"\' INT EXIT # tidy',
    'trap true 0',
    "trap '\ntrue\n' EXIT",
    'trap true "EXIT"',
    'trap true \\\n  EXIT',
    'on=EXIT; trap true $on',
    'true && trap true INT EXIT;',
    'eval "trap true EXIT"',
    'builtin trap - EXIT',
    'exec true',
    'if true; then\n  exec true\nfi',
    'if true; then exec true; fi',
    'true && exec -a name true',
    'run() {\n  exec "$@"\n}\nrun true',
    'exec 2> /dev/null true',
    '{ exec true; }',
    'exec \\\n  true',
    'text="\n"; exec true',
    "text='\n'; trap true EXIT",
    'true & exec true > /dev/null',
    'exec > /dev/null; exec true',
  ];

  test.each(harmless)('runs in the end with %j', (text) => {
    expect(runsToItsEnd(text)).toBe(true);
    expect(endsPlainly(`#!/bin/bash\n${text}`)).toBe(true);
  });

  test.each(harmful)('does not with %j', (text) => {
    expect(runsToItsEnd(text)).toBe(false);
    expect(endsPlainly(`#!/bin/bash\n${text}`)).toBe(false);
  });

  test('does not run if anything of that is in the script’s own text', () => {
    const piece = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(...harmless).map((text) => ({ text, plainly: true })),
      },
      fc.constantFrom(...harmful).map((text) => ({ text, plainly: false })),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = ['#!/bin/bash', ...pieces.map((each) => each.text), ''].join('\n');
        expect(endsPlainly(text)).toBe(pieces.every((each) => each.plainly));
      }),
    );
  });
});
