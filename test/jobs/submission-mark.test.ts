import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replaceText, splitMark, withMark } from '../../src/jobs/submission-mark.ts';

const id = '7f3a9c7f3a9c';

test('the mark stands below what the person wrote', () => {
  expect(withMark('First run', id)).toBe('First run\n\nSubmitted from Slack · 7f3a9c7f3a9c');
  expect(withMark('', id)).toBe('Submitted from Slack · 7f3a9c7f3a9c');
});

test('another text keeps an existing mark, and adds none', () => {
  expect(replaceText(withMark('First run', id), 'Second')).toBe(withMark('Second', id));
  expect(replaceText(withMark('First run', id), '')).toBe(withMark('', id));
  expect(replaceText('typed in Waldur', 'Second')).toBe('Second');
});

test('whatever a person wrote comes back as it was', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(splitMark(withMark(text, id)).text).toBe(text);
    }),
  );
});
