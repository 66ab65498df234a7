import { names, properName } from './option-names.ts';

/** Names that people write for options of sbatch, including those of other schedulers. */
const meant = new Map(
  `
  cpus=cpus-per-task cpu=cpus-per-task cores=cpus-per-task ncpus=cpus-per-task
  cpus-per-node=ntasks-per-node task=ntasks tasks=ntasks ntask=ntasks node=nodes nnodes=nodes
  gpu=gpus ngpus=gpus gpu-per-node=gpus-per-node jobname=job-name name=job-name
  walltime=time timelimit=time time-limit=time runtime=time queue=partition memory=mem
  email=mail-user mail=mail-user user=mail-user mailuser=mail-user mailtype=mail-type
  email-type=mail-type notify=mail-type project=account acct=account workdir=chdir
  work-dir=chdir working-directory=chdir cwd=chdir share=oversubscribe shared=oversubscribe
  log=output out=output stdout=output stderr=error depend=dependency features=constraint
  env=export
  `
    .trim()
    .split(/\s+/)
    .map((pair): [string, string] => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
);

/** Names that a plugin is known to add: Pyxis and Enroot, Shifter, uenv. */
const plugins = /^(?:(?:no-)?container-|(?:image|uenv|view)$)/;

/** True if a plugin of the cluster may add this option. */
export function mayBePlugin(name: string): boolean {
  return plugins.test(name);
}

/**
 * The option that was probably meant by a name that sbatch does not have or that fits several; null if none is similar.
 */
export function suggestion(name: string, fitting: readonly string[] = []): string | null {
  const plain = name.toLowerCase().replaceAll('_', '-');
  if (names.includes(plain)) return plain;
  const known = meant.get(plain);
  if (known !== undefined) return known;
  if (mayBePlugin(plain) || plain.length < 3) return null;
  const among = fitting.length > 0 ? fitting : names;
  const [best] = among
    .map((option) => ({ option, distance: distance(plain, option) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= (plain.length > 6 ? 2 : 1)
    ? properName(best.option)
    : null;
}

/** How many letters have to be added, removed or changed. Names are short. */
export function distance(a: string, b: string): number {
  if (a.length > 40) return a.length;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
