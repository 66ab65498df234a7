import type { AskedFor } from '../jobs/past.ts';
import type { Requested } from '../scripts/requested.ts';
import type { Script } from '../scripts/script.ts';
import { code, count, grouped, named } from './text.ts';

/**
 * What a script asks for, as Slurm will understand it, in people's units: "gpu · 1 node · 4 GPUs · 32 GB · whole nodes ·
 * 4 h 30 min · array 1–100". Mrkdwn, cut to about 1,900 characters.
 */
export function summary({ components }: Pick<Script, 'components'>): string {
  const [first] = components;
  if (first === undefined) return nothing;
  const limit = timeLimit(first.minutes);
  if (components.length > 1) {
    const each = components.map((one) => within(resources(one), 350) || '1 task');
    const all = `${components.length} components: ${some(each).join('; ')}`;
    return within([all, limit, ...rest(first)], mostCharacters);
  }
  const asked = [...resources(first), ...rest(first)];
  if (asked.length === 0 && first.minutes === null) return nothing;
  return within([...resources(first), limit, ...rest(first)], mostCharacters);
}

/** With the names before it, this fits into the 3,000 characters of a section. */
const mostCharacters = 1900;

/** The first parts, and an ellipsis for those that would make it too long. */
function within(parts: string[], most: number): string {
  let said = '';
  for (const part of parts) {
    const more = said === '' ? part : `${said} · ${part}`;
    if (more.length > most) return `${said} · …`;
    said = more;
  }
  return said;
}

/** The same in pieces, from what is kept of a submitted job. Defaults are left out. */
export function brief(asked: AskedFor): string[] {
  const { partition, nodes, minutes } = asked;
  return [
    partition && named(partition, 60),
    nodes && nodeCount(nodes),
    gpus(asked),
    memory(asked),
    minutes !== null && timeLimit(minutes),
  ].filter((part): part is string => typeof part === 'string' && part !== '');
}

/** The first few of a list that can have hundreds. */
function some(list: string[]): string[] {
  const shown = 5;
  return list.length <= shown ? list : [...list.slice(0, shown), `${list.length - shown} more`];
}

const nothing = '1 task, the cluster’s defaults';

function resources(asked: Requested): string[] {
  const { partition, nodes, tasks, tasksPerNode, cpusPerTask, cpusPerNode, gres } = asked;
  const several = tasks !== null || tasksPerNode !== null;
  return [
    partition && named(partition, 60),
    nodes && nodeCount(nodes),
    tasks && count(tasks, 'task'),
    tasksPerNode && `${count(tasksPerNode, 'task')} per node`,
    cpusPerTask && `${count(cpusPerTask, 'CPU')}${several ? ' per task' : ''}`,
    cpusPerNode && `${count(cpusPerNode, 'CPU')} per node`,
    gpus(asked),
    gres && named(gres, 60),
    memory(asked),
    ...Object.entries(asked.others).map(other),
  ].filter((part): part is string => typeof part === 'string' && part !== '');
}

/** Options in words, by their values. */
const words: Record<string, (value: string) => string> = {
  exclusive: (value) => sharing.get(value.toLowerCase()) ?? 'whole nodes',
  nodelist: (value) => `on ${named(value, 60)}`,
  exclude: (value) => `not on ${named(value, 60)}`,
  constraint: (value) => `nodes with ${named(value, 60)}`,
  reservation: (value) => `reservation ${named(value, 60)}`,
  licenses: (value) => `licenses ${named(value, 60)}`,
  clusters: (value) => `cluster ${named(value, 60)}`,
  oversubscribe: () => 'nodes shared with others',
  hold: () => 'held until somebody releases it',
};

/** Values of --exclusive that do not ask for whole nodes. */
const sharing = new Map([
  ['user', 'nodes shared with the same person’s jobs only'],
  ['mcs', 'nodes shared with the same group’s jobs only'],
  ['oversubscribe', 'nodes shared with others'],
]);

/** One for which there are no words is shown as it is written. */
function other([name, value]: [string, string]): string {
  return words[name]?.(value) ?? code(`--${name}${value === '' ? '' : `=${value}`}`, 60);
}

function rest({ array, dependency, begin, account, qos }: Requested): string[] {
  const limit = array?.atATime ? `, ${grouped(array.atATime)} at a time` : '';
  return [
    array && `array ${named(array.text.replaceAll('-', '–'), 60)}${limit}`,
    dependency && dependencies(dependency),
    begin && `not before ${named(begin, 60)}`,
    account && `account ${named(account, 60)}`,
    qos && `QOS ${named(qos, 60)}`,
  ].filter((part): part is string => typeof part === 'string');
}

function nodeCount({ least, most }: { least: number; most: number }): string {
  return least === most ? count(most, 'node') : `${grouped(least)}–${count(most, 'node')}`;
}

function gpus({ gpus: asked, nodes }: AskedFor): string | null {
  if (asked === null) return null;
  const { count: number, type, per } = asked;
  const alone = per === 'job' || (per === 'node' && (nodes === null || nodes.most === 1));
  const kind = type === '' ? '' : ` (${named(type, 60)})`;
  return `${count(number, 'GPU')}${kind}${alone ? '' : ` per ${per}`}`;
}

const units = { cpu: 'CPU', gpu: 'GPU', node: 'node' };

/** "8 GB", "2 GB per CPU"; null if none was asked for. */
export function memory({ memory: asked, nodes }: AskedFor): string | null {
  if (asked === null) return null;
  const { megabytes, per } = asked;
  const alone = per === 'node' && (nodes === null || nodes.most === 1);
  if (megabytes === 'all') return 'all memory of each node';
  return `${size(megabytes)}${alone ? '' : ` per ${units[per]}`}`;
}

/** Memory as Slurm counts it: 1 GB is 1,024 MB. */
function size(megabytes: number): string {
  for (const [unit, each] of [['TB', 1024 ** 2] as const, ['GB', 1024] as const]) {
    const amount = megabytes / each;
    if (amount >= 1 && Number.isInteger(amount * 10)) return `${grouped(amount)} ${unit}`;
  }
  return `${grouped(megabytes)} MB`;
}

/** "4 h 30 min". */
export function timeLimit(minutes: Requested['minutes']): string {
  if (minutes === null) return 'no time limit: the partition’s default';
  if (minutes === 'none') return 'no time limit';
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  return [
    days > 0 && count(days, 'day'),
    hours > 0 && `${hours} h`,
    minutes % 60 > 0 && `${minutes % 60} min`,
  ]
    .filter(Boolean)
    .join(' ');
}

const ends: Record<string, string> = {
  after: 'starts',
  afterany: 'ends',
  afternotok: 'fails',
  afterok: 'succeeds',
};

/** `afterok:123:124` → "after 123 and 124 succeed", and so on. */
function dependencies(text: string): string {
  const parts = text.split(/[,?]/).map((part) => {
    if (/^singleton$/i.test(part)) return 'after earlier jobs of its name';
    const [kind = '', ...ids] = part.split(':');
    const end = ends[kind.toLowerCase()];
    if (end === undefined || ids.length === 0) return `dependency ${named(part, 60)}`;
    const verb = ids.length === 1 ? end : end.replace(/s$/, '');
    return `after ${some(ids.map((id) => named(id, 40))).join(' and ')} ${verb}`;
  });
  return some(parts).join(text.includes('?') ? ' or ' : ', ');
}
