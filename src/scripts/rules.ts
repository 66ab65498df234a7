import { hasPairs, isDistribution, isMoment, isResource } from './value-grammars.ts';
import {
  arrayIndexes,
  mailTypesOf,
  megabytes,
  nodeCount,
  timeLimit,
  wholeNumber,
} from './values.ts';

/** Slurm's verdict on a value. 'some' means that only some versions refuse it. */
type Verdict = 'taken' | 'some' | 'refused';

interface Rule {
  verdict(value: string): Verdict;
  /** The form of a correct value, for the end of a sentence. */
  right: string;
}

const verdict = (taken: boolean, unsure = false): Verdict =>
  taken ? (unsure ? 'some' : 'taken') : 'refused';

const time: Rule = {
  verdict: (value) => {
    const limit = timeLimit(value);
    return verdict(limit !== null, limit?.unsure);
  },
  right: 'Write minutes, hours:minutes:seconds, or days-hours',
};
const memory: Rule = {
  verdict: (value) => verdict(megabytes(value) !== null),
  right: 'Write a whole number and K, M, G or T',
};
const positive: Rule = {
  verdict: (value) => verdict(wholeNumber(value, 1) !== null),
  right: 'Write a whole number above 0',
};
const count: Rule = {
  verdict: (value) => verdict(wholeNumber(value, 0) !== null),
  right: 'Write a whole number',
};
const moment: Rule = {
  verdict: (value) => verdict(isMoment(value)),
  right: 'Write a time such as 16:00, now+1hour or 2030-01-20T12:34',
};

/** Values that match a pattern; only some versions take those that match `unsure`. */
function pattern(regex: RegExp, right: string, unsure?: RegExp): Rule {
  return { verdict: (value) => verdict(regex.test(value), unsure?.test(value)), right };
}

const dependency =
  /^\s*(?:singleton|(?:(?:after(?:any|burstbuffer|corr|notok|ok)?|expand):)?0*[1-9]\d*(?:_(?:\d+|\*))?(?:\+\d+)?(?::\d+(?:_(?:\d+|\*))?(?:\+\d+)?)*)$/i;

const brackets: Rule = {
  verdict: (value) => verdict(hasPairs(value)),
  right: 'Close each bracket',
};
const memoryBinding =
  /^(?!$)(?:(?:q(?:uiet)?|v(?:erbose)?|no(?:ne)?|rank|local|prefer|p|sort|nosort)(?:,|$))*(?:(?:map|mask)_mem:.+)?$/i;

const frequency =
  /^(?:\d.*|low|medium|high|highm1|conservative|ondemand|performance|powersave|schedutil|userspace)$/i;

/** A list of generic resources, or of GPUs only. */
function resources(only: boolean): Rule {
  return {
    verdict: (value) =>
      verdict(value.split(',').every((item) => (only && item === '') || isResource(item, only))),
    right: only ? 'Write a number, or a type and a number: a100:2' : 'Write for instance gpu:2',
  };
}
/** A count, a range, or all. */
const amount = /^(?:|\*|\d+[km]?(?:-\d+[km]?)?)$/i;

/** Options whose values every sbatch (or the controller behind it) checks, whatever the cluster is like. */
const rules = new Map<string, Rule>([
  ...each('time time-min delay-boot', time),
  ...each('mem mem-per-cpu mem-per-gpu tmp', memory),
  ...each(
    `ntasks cpus-per-task cpus-per-gpu cores-per-socket mincpus ntasks-per-core ntasks-per-gpu
     ntasks-per-node ntasks-per-socket ntasks-per-tres sockets-per-node thread-spec threads-per-core`,
    positive,
  ),
  ...each('core-spec', count),
  ...each('gpus gpus-per-node gpus-per-socket gpus-per-task', resources(true)),
  ['gres', resources(false)],
  ...each('constraint nodelist exclude', brackets),
  ['mem-bind', pattern(memoryBinding, 'Write for instance local')],
  ...each('begin deadline', moment),
  [
    'nodes',
    {
      verdict: (value) => {
        const nodes = nodeCount(value);
        return verdict(nodes !== null, nodes?.unsure);
      },
      right: 'Write a number of nodes, or a range such as 2-4',
    },
  ],
  [
    'array',
    {
      verdict: (value) => verdict(arrayIndexes(value) !== null),
      right: 'Write indexes such as 1-10, 1,3,5 or 1-10%2',
    },
  ],
  [
    'mail-type',
    {
      verdict: (value) => {
        const { known, unknown } = mailTypesOf(value);
        return verdict(known.length > 0, unknown.length > 0);
      },
      right: 'Write NONE, BEGIN, END, FAIL, REQUEUE or ALL',
    },
  ],
  [
    'dependency',
    {
      verdict: (value) =>
        verdict(value === '' || value.split(/[,?]/).every((part) => dependency.test(part))),
      right: 'Write for instance afterok:123',
    },
  ],
  [
    'distribution',
    {
      verdict: (value) => verdict(isDistribution(value)),
      right: 'Write for instance block:cyclic',
    },
  ],
  [
    'exclusive',
    pattern(
      /^(exclusive|oversubscribe|user|mcs|topo|)$/i,
      'Write --exclusive alone, or user, mcs or topo',
      /^topo$/i,
    ),
  ],
  ['no-kill', pattern(/^(set|off|no|)$/i, 'Write --no-kill alone, or off')],
  ['kill-on-invalid-dep', pattern(/^(yes|no)$/i, 'Write yes or no')],
  ['open-mode', pattern(/^[at]/i, 'Write append or truncate')],
  [
    'hint',
    pattern(
      /^((compute_bound|memory_bound|multithread|nomultithread)(,|$))+$/i,
      'Write compute_bound, memory_bound, multithread or nomultithread',
    ),
  ],
  [
    'gres-flags',
    pattern(
      /^((disable-binding|enforce-binding|multiple-tasks-per-sharing|one-task-per-sharing)(,|$))+$/i,
      'Write disable-binding or enforce-binding',
    ),
  ],
  [
    'signal',
    pattern(
      /^[RB]{0,2}:?(-?0*[1-9]\d*|(SIG)?(HUP|INT|QUIT|ABRT|KILL|ALRM|TERM|USR1|USR2|URG|CONT|STOP|TSTP|TTIN|TTOU|XCPU))\s*(@\s*0*([1-5]?\d{0,4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?$/i,
      'Write for instance B:USR1@60',
    ),
  ],
  ['switches', pattern(/^\s*\+?[1-9]\d*[km]?(@.*)?$/i, 'Write a count, or count@time')],
  ['wait-all-nodes', pattern(/^\s*[01]?$/, 'Write 0 or 1')],
  [
    'acctg-freq',
    pattern(
      /^(?:(?:\d+|(?:energy|filesystem|network|task)=\d+)(?:,|$))*$/i,
      'Write seconds, or for instance task=30',
    ),
  ],
  [
    'cpu-freq',
    {
      verdict: (value) => verdict(value.split(/[-:]/).every((part) => frequency.test(part))),
      right: 'Write kilohertz, low, medium, high or a governor',
    },
  ],
  [
    'extra-node-info',
    {
      verdict: (value) => {
        const parts = value.split(':');
        return verdict(parts.slice(0, 3).every((part) => amount.test(part)));
      },
      right: 'Write sockets:cores:threads',
    },
  ],
  ['get-user-env', pattern(/^\d*([SL].*)?$/i, 'Write it without a value')],
  ['priority', pattern(/^(?!\s*-[1-9])/, 'Write a number, or TOP')],
  [
    'profile',
    pattern(
      /none|all|energy|task|lustre|network|filesystem/i,
      'Write all, none, energy, task, filesystem or network',
    ),
  ],
  ['nice', pattern(/^(?!\s*-0*[1-9]|\s*\+?0*[1-9]\d{10})/, 'Write a number from 0 to 2147483645')],
  ['partition', pattern(/[^,]/, 'Name a partition')],
  ['gid', pattern(/(?!)/, 'Only root may set it')],
  ['uid', pattern(/(?!)/, 'Only root may set it')],
]);

function each(options: string, rule: Rule): [string, Rule][] {
  return options
    .trim()
    .split(/\s+/)
    .map((option) => [option, rule]);
}

/** True if there is a grammar for this option's values. */
export function isChecked(name: string): boolean {
  return rules.has(name);
}

/** Slurm's verdict on an option's value, and the form of a correct one. */
export function judge(name: string, value: string | null): { verdict: Verdict; right: string } {
  const rule = rules.get(name);
  if (rule === undefined || value === null) {
    return {
      verdict: value === null || fits(name, value) ? 'taken' : 'refused',
      right: 'Shorten it',
    };
  }
  return { verdict: rule.verdict(value), right: rule.right };
}

/** The longest text that the controller takes, in bytes (its _test_strlen). */
const longest = 1024;
const limited: ReadonlySet<string> = new Set(
  'account comment constraint extra job-name licenses mail-user mcs-label network partition prefer qos reservation wckey'.split(
    ' ',
  ),
);

function fits(name: string, value: string): boolean {
  return !limited.has(name) || Buffer.byteLength(value) <= longest;
}
