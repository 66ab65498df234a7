import { expect, test } from '@jest/globals';
import { isSameAddress, spellings } from '../../src/accounts/slack-member.ts';

test.each([
  ['ana.tamm@lab.example', ['ana.tamm@lab.example', 'Ana.Tamm@lab.example']],
  [
    'Ana.Tamm@Lab.example',
    ['Ana.Tamm@Lab.example', 'ana.tamm@lab.example', 'Ana.Tamm@lab.example'],
  ],
  ['mary-ann.o_neil+x@a.b', ['mary-ann.o_neil+x@a.b', 'Mary-Ann.O_Neil+x@a.b']],
  ['7@a.b', ['7@a.b']],
])('%s may be spelled %p', (address, expected) => {
  expect(spellings(address)).toEqual(expected);
});

test('Slack does not tell capitals apart', () => {
  expect(isSameAddress('Ana@Lab.example', 'ana@lab.example')).toBe(true);
  expect(isSameAddress('ana@lab.example', 'ann@lab.example')).toBe(false);
});
