import { describe, expect, test } from '@jest/globals';
import { createAbilities } from '../../src/jobs/abilities.ts';

const start = Date.UTC(2026, 10, 24);
const hours = (n: number) => new Date(start + n * 3_600_000);

/** What is learned from answers about *delete*, an hour apart: a person's name for a failure, `ok` for success. */
function learned(...answers: string[]) {
  let hour = 0;
  const abilities = createAbilities(() => hours(hour));
  const news = answers.map((answer) => {
    const changed =
      answer === 'ok' ? abilities.worked('delete') : abilities.failed('delete', answer, 500);
    hour += 1;
    return changed;
  });
  return { abilities, news, at: (later: number) => (hour = later) };
}

describe('what answers teach', () => {
  test.each<[string, string[], Date | null]>([
    ['one failure may be an accident', ['ana'], null],
    ['one person’s failures teach nothing about the others’', ['ana', 'ana', 'ana'], null],
    ['two people’s are a refusal', ['ana', 'ben'], hours(1)],
    ['unless it worked between', ['ana', 'ok', 'ben'], null],
    ['success ends a refusal', ['ana', 'ben', 'ok'], null],
    ['a refusal counts from its beginning', ['ana', 'ben', 'ben'], hours(1)],
  ])('%s', (_name, answers, refusedAt) => {
    const { abilities } = learned(...answers);
    expect(abilities.of('delete')?.refusedAt).toEqual(refusedAt);
    expect([...abilities.refused()]).toEqual(refusedAt === null ? [] : ['delete']);
  });

  test('a change of what is offered is news once', () => {
    expect(learned('ana', 'ben', 'ben', 'ok', 'ok').news).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  test('a refusal holds for a day; then two people have to meet it again', () => {
    const { abilities, at } = learned('ana', 'ben');
    at(24);
    expect(abilities.refused().has('delete')).toBe(true);
    at(25);
    expect(abilities.refused().has('delete')).toBe(false);
    abilities.failed('delete', 'ana', 500);
    expect(abilities.refused().has('delete')).toBe(false);
    abilities.failed('delete', 'ben', 500);
    expect(abilities.refused().has('delete')).toBe(true);
  });
});

test('what a person may not do in a project is not offered to them there, for a day', () => {
  let time = 0;
  const abilities = createAbilities(() => new Date(time));
  const mia = { person: 'mia', projectName: 'bio' };
  abilities.denied('pull', mia);
  expect([...abilities.refused(mia)]).toEqual(['pull']);
  expect([...abilities.refused({ ...mia, projectName: 'climate' })]).toEqual([]);
  expect([...abilities.refused({ ...mia, person: 'ana' })]).toEqual([]);
  expect([...abilities.refused()]).toEqual([]);
  time = 24 * 60 * 60 * 1000;
  expect([...abilities.refused(mia)]).toEqual([]);
});
