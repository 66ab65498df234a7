import { splitDirective } from './directive.ts';

/** What Slurm makes of an option of PBS; those it drops are not here. */
const meanings: Record<string, string> = {
  A: 'account',
  e: 'error',
  J: 'array',
  N: 'job-name',
  o: 'output',
  q: 'partition',
  t: 'array',
};

/** Of `-l walltime=1:00:00,nodes=2:ppn=4`. */
const resources = new Map([
  ['walltime', 'time'],
  ['mem', 'mem'],
  ['nodes', 'nodes'],
]);

/** Options of sbatch that a `#PBS` directive stands for, by their long names. */
export function readPbs(text: string): [string, string][] {
  const { words } = splitDirective(text);
  const found: [string, string][] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const letter = /^-([A-Za-z])/.exec(word)?.[1];
    if (letter === undefined) return found;
    const name = meanings[letter];
    if (name === undefined && letter !== 'l') continue;
    const value = word.slice(2) || (words.shift() ?? '');
    found.push(...(name === undefined ? readResources(value) : [pair(name, value)]));
  }
  return found;
}

function readResources(list: string): [string, string][] {
  return list.split(',').flatMap((resource) => {
    const [key = '', ...value] = resource.split('=');
    const name = resources.get(key);
    // The parts of nodes=2:ppn=4 after the colon are about tasks.
    return name === undefined
      ? []
      : [pair(name, value.join('=').replace(name === 'nodes' ? /:.*/ : '', ''))];
  });
}

function pair(name: string, value: string): [string, string] {
  return [name, value];
}
