import { expect, test } from '@jest/globals';
import { endsPlainly } from '../../src/scripts/ending.ts';

test.each<[boolean, string]>([
  [true, '#!/bin/bash\nsrun ./train\n'],
  [true, '#!/usr/bin/env bash\nexec > log 2>&1\nexec 3< in\n'],
  [true, '#!/bin/bash -l\n# trap x EXIT\ntrap "echo" USR1\necho "exec y"\n'],
  [true, '#!/bin/bash\ncat <<END\ntrap x EXIT\nexec y\nEND\nrun() {\n  exec y\n}\n'],
  [false, '#!/bin/bash\ntrap cleanup EXIT\n'],
  [false, '#!/bin/bash\nset -e; trap \'rm -rf "$tmp"\' INT EXIT # tidy\n'],
  [false, '#!/bin/bash\ntrap x 0\n'],
  [false, "#!/bin/bash\ntrap '\nrm x\n' EXIT\n"],
  [false, '#!/bin/bash\nexec ./train\n'],
  [false, '#!/bin/sh\necho\n'],
  [false, '#!/usr/bin/python3\n'],
  [false, 'echo\n'],
])('%s: %j', (plainly, text) => {
  expect(endsPlainly(text)).toBe(plainly);
});
