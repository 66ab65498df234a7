import { listingProblem } from './job-name.ts';
import { isOption } from './option-names.ts';
import type { Option } from './options.ts';
import { quoted } from './quoted.ts';

/** What Slurm, FirecREST or Waldur does that the writer of this directive may not have meant. */
interface Warning {
  kind: string;
  sentence: string;
}

/** Warnings about one option that Slurm honours. */
export function optionWarnings(option: Option): Warning[] {
  return [
    ...singleDash(option),
    ...unwanted(option),
    ...timeLimit(option),
    ...value(option),
    ...jobName(option),
  ];
}

/** A warning about a word that is no option, at which Slurm refuses the script. */
export function wordWarning(word: string): Warning {
  if (/^[\u2010-\u2015\u2212]/.test(word)) {
    return {
      kind: 'dash',
      sentence: `${quoted(word)} begins with a dash that is not a hyphen; Slurm refuses the script for that. Write two hyphens.`,
    };
  }
  return {
    kind: 'stray',
    sentence: `${quoted(word)} is no option; Slurm refuses the script for that. A value with blank space in it needs quotes.`,
  };
}

/** `-time=1` is -t with the value "ime=1", `-J=x` is -J with the value "=x". */
function singleDash({ name, value, written }: Option): Warning[] {
  if (written.startsWith('--')) return [];
  const [word = '', ...rest] = written.slice(1).split('=');
  if (rest.length === 0 || (word.length > 1 && !isOption(word))) return [];
  const right = `--${word.length > 1 ? word : name}=${rest.join('=')}`;
  return [
    {
      kind: 'single dash',
      sentence: `${quoted(written)} has a single dash, so Slurm takes "${quoted(value ?? '')}" for the value of --${name}. Write ${quoted(right)}.`,
    },
  ];
}

const unwantedOptions = new Map([
  [
    'parsable',
    '--parsable hides the Slurm job id from Waldur, so nobody can follow the job. Leave it out.',
  ],
  [
    'wait',
    '--wait makes Waldur wait until the job has ended before it hands over any other. Leave it out.',
  ],
  ['test-only', '--test-only submits nothing: Waldur shows an error instead.'],
]);

function unwanted({ name }: Option): Warning[] {
  const sentence = unwantedOptions.get(name);
  return sentence === undefined ? [] : [{ kind: name, sentence }];
}

function timeLimit({ name, value, written }: Option): Warning[] {
  if (name !== 'time' || value === null || /^[-=]|[a-z]=/i.test(value)) return [];
  const given = quoted(written.includes(value) ? written : `--time=${value}`);
  if (!/^((\d+-)?\d+(:\d+){0,2}|infinite|unlimited)$/i.test(value)) {
    return [
      {
        kind: 'time',
        sentence: `${given} is no time that Slurm understands, so it refuses the script. Write hours:minutes:seconds or days-hours.`,
      },
    ];
  }
  if (/^[0:-]+$|^(infinite|unlimited)$/i.test(value)) {
    return [
      {
        kind: 'no limit',
        sentence: `${given} asks for no time limit; where the partition has one, the job waits for ever.`,
      },
    ];
  }
  return /^\d+:\d+$/.test(value) ? [{ kind: 'minutes', sentence: minutes(given, value) }] : [];
}

/** Two parts are minutes and seconds (man sbatch), where many mean hours and minutes. */
function minutes(given: string, value: string): string {
  const [first = '', second = ''] = value.split(':');
  const seconds = Number(second) === 0 ? '' : ` and ${Number(second)} s`;
  return `${given} means ${Number(first)} min${seconds}. For hours write ${quoted(`${first}:${second}:00`)}.`;
}

/** What is in a value as text although it looks like more. */
function value({ value, written }: Option): Warning[] {
  const text = value ?? '';
  return [
    ...(/\$[A-Za-z_{(]/.test(text)
      ? [
          {
            kind: 'variable',
            sentence: `Slurm does not replace variables in directives: ${quoted(written)} is taken as it is written.`,
          },
        ]
      : []),
    ...(/[\u2018-\u201f\u00ab\u00bb]/.test(text)
      ? [
          {
            kind: 'smart quotes',
            sentence: `The typographic quotes in ${quoted(written)} become part of the value. Write plain ones.`,
          },
        ]
      : []),
  ];
}

function jobName({ name, value }: Option): Warning[] {
  const problem = name === 'job-name' && value !== null ? listingProblem(value) : null;
  return problem === null ? [] : [{ kind: 'job name', sentence: problem }];
}
