/** The names of sbatch's options (man sbatch, 22.05). */

/** Long names by their letters. */
const shortNames = new Map(
  words(`
  A=account a=array b=begin B=extra-node-info c=cpus-per-task C=constraint d=dependency
  D=chdir e=error F=nodefile G=gpus h=help H=hold i=input J=job-name k=no-kill L=licenses
  M=clusters m=distribution n=ntasks N=nodes o=output O=overcommit p=partition q=qos Q=quiet
  s=oversubscribe S=core-spec t=time u=usage v=verbose V=version w=nodelist W=wait x=exclude
  `).map((word) => [word.charAt(0), word.slice(2)]),
);

/** Those that take no value, or one only after "=". */
const flags: ReadonlySet<string> = new Set(
  words(`
  contiguous exclusive get-user-env help hold ignore-pbs nice no-kill no-requeue overcommit
  oversubscribe parsable propagate quiet reboot requeue spread-job test-only usage
  use-min-nodes verbose version wait
  `),
);

/** Those that need a value and have no letter. */
const others = words(`
  acctg-freq batch bb bbf cluster-constraint comment container cores-per-socket cpu-freq
  cpus-per-gpu deadline delay-boot export export-file gid gpu-bind gpu-freq gpus-per-node
  gpus-per-socket gpus-per-task gres gres-flags hint kill-on-invalid-dep mail-type mail-user
  mcs-label mem mem-bind mem-per-cpu mem-per-gpu mincpus network ntasks-per-core
  ntasks-per-gpu ntasks-per-node ntasks-per-socket open-mode power prefer priority profile
  reservation signal sockets-per-node switches thread-spec threads-per-core time-min tmp
  tres-bind tres-per-task uid wait-all-nodes wckey wrap
`);

const names: readonly string[] = [...new Set([...shortNames.values(), ...flags, ...others])];

/** Whether sbatch has an option of this long name. */
export function isOption(name: string): boolean {
  return names.includes(name);
}

/** Whether the next word is never this option's value. */
export function isFlag(name: string): boolean {
  return flags.has(name);
}

/** The long name of `-J`; the letter itself where there is none. */
export function nameOfLetter(letter: string): string {
  return shortNames.get(letter) ?? letter;
}

/** The name that is meant: getopt_long takes any beginning that fits one option only. */
export function fullName(name: string): string {
  if (isOption(name)) return name;
  const fitting = names.filter((each) => each.startsWith(name));
  return fitting.length === 1 ? (fitting[0] ?? name) : name;
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
