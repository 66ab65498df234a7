/**
 * The names of sbatch's options, of 22.05 (seen on a real one) and of the newest Slurm: its manual, and the tables its
 * programs share (slurm_opt.c).
 */

/** Long names by their letters. */
const letters = new Map(
  words(`
  A=account a=array b=begin B=extra-node-info c=cpus-per-task C=constraint d=dependency
  D=chdir e=error F=nodefile G=gpus h=help H=hold i=input J=job-name k=no-kill L=licenses
  M=clusters m=distribution n=ntasks N=nodes o=output O=overcommit p=partition q=qos Q=quiet
  s=oversubscribe S=core-spec t=time v=verbose V=version w=nodelist W=wait x=exclude
  `).map((word) => [word.charAt(0), word.slice(2)]),
);

/** Those that take no value. */
const flags: ReadonlySet<string> = new Set(
  words(`
  consolidate-segments contiguous help hold ignore-pbs no-requeue overcommit oversubscribe
  parsable quiet reboot requeue spread-job spread-segments stepmgr test-only usage
  use-min-nodes verbose version wait
  `),
);

/** Those that take a value only in the same word. */
const optional: ReadonlySet<string> = new Set(
  words('exclusive get-user-env nice no-kill oom-kill-step propagate resv-ports'),
);

/** Those that need a value and have no letter. */
const others = words(`
  acctg-freq autocomplete batch bb bbf cluster cluster-constraint comment container
  container-id context cores-per-socket cpu-freq cpus-per-gpu deadline delay-boot export
  export-file extra gid gpu-bind gpu-freq gpus-per-node gpus-per-socket gpus-per-task gres
  gres-flags hint kill-on-invalid-dep mail-type mail-user mcs-label mem mem-bind mem-per-cpu
  mem-per-gpu mincpus network ntasks-per-core ntasks-per-gpu ntasks-per-node
  ntasks-per-socket ntasks-per-tres open-mode power prefer priority profile reservation
  segment signal sockets-per-node switches tasks-per-node thread-spec threads-per-core
  time-min tmp tres-bind tres-per-task uid wait-all-nodes wckey wrap
`);

/** Those that were added after 22.05. */
const newer: ReadonlySet<string> = new Set(
  words(`
  consolidate-segments container-id extra oom-kill-step resv-ports segment spread-segments
  stepmgr tres-bind tres-per-task
  `),
);

/** Those that the newest version no longer has. */
const older: ReadonlySet<string> = new Set(['power']);

/** Options of srun that people take for sbatch's. */
const srun: ReadonlySet<string> = new Set(
  words(`
  accel-bind bcast cpu-bind cpu_bind disable-status epilog exact het-group immediate
  interactive jobid kill-on-bad-exit label mpi multi-prog no-allocate overlap pack-group
  preserve-env prolog pty relative task-epilog task-prolog treewidth unbuffered x11
  `),
);

/** Names that mean the same as another. */
const aliases = new Map([
  ['cluster', 'clusters'],
  ['tasks-per-node', 'ntasks-per-node'],
]);

/** All long names. */
export const names: readonly string[] = [
  ...new Set([...letters.values(), ...flags, ...optional, ...others]),
];
const known: ReadonlySet<string> = new Set(names);

/** True if sbatch has an option of this long name. */
export function isOption(name: string): boolean {
  return known.has(name);
}

/** True if srun has an option of this name and sbatch does not. */
export function isSrunOnly(name: string): boolean {
  return srun.has(name);
}

/** The name itself, or the name for which it is an alias. */
export function properName(name: string): string {
  return aliases.get(name) ?? name;
}

/** Says if an option has no value, may have one in its own word (`--nice=5`, `-koff`), or needs one. */
export function takesValue(name: string): 'none' | 'optional' | 'needed' {
  if (flags.has(name)) return 'none';
  return optional.has(name) ? 'optional' : 'needed';
}

/** The long name of `-J`; null if there is none. */
export function nameOfLetter(letter: string): string | null {
  return letters.get(letter) ?? null;
}

/**
 * The options that `--name` may stand for: getopt_long takes a whole name, or a beginning that fits one option only.
 * The result has more than one, which getopt_long refuses, if several fit in every Slurm. It is `unsure` if only some
 * versions would take it.
 */
export function namesFor(name: string): { fitting: string[]; unsure: boolean } {
  if (isOption(name)) return { fitting: [properName(name)], unsure: older.has(name) };
  const fitting = names.filter((each) => each.startsWith(name));
  const before = fitting.filter((each) => !newer.has(each));
  const now = fitting.filter((each) => !older.has(each));
  const [only = ''] = [before, now].find((each) => each.length === 1) ?? [];
  if (only === '') return { fitting, unsure: false };
  return { fitting: [properName(only)], unsure: before.length !== 1 || now.length !== 1 };
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
