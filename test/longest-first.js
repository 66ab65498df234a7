import Sequencer from '@jest/test-sequencer';

/** Those that take longest begin first, also in a fresh clone, where nobody has measured them yet. */
const longest = [
  'kills',
  'disk',
  'kills-random',
  'once',
  'people',
  'faults',
  'log',
  'flood',
  'rights',
];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
}

function rank({ path }) {
  const name = /e2e\/(.+)\.test\.ts$/.exec(path)?.[1];
  if (name === undefined) return longest.length + 1;
  return longest.includes(name) ? longest.indexOf(name) : longest.length;
}
