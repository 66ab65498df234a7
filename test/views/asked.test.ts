import { expect, test } from '@jest/globals';
import { readScript } from '../../src/scripts/script.ts';
import { summary } from '../../src/views/asked.ts';

/** What a script asks for, in people's units. */
function asked(...directives: string[]): string {
  const text = ['#!/bin/bash', ...directives.map((each) => `#SBATCH ${each}`), ''].join('\n');
  return summary(readScript(Buffer.from(text), { maxBytes: 10_000 }));
}

test.each<[string[], string]>([
  [[], '1 task, the cluster’s defaults'],
  [['-J train -o x.log'], '1 task, the cluster’s defaults'],
  [
    ['-p gpu -N 1 --gres=gpu:4 --mem=32G -t 4:30:00 --array=1-100'],
    'gpu · 1 node · 4 GPUs · 32 GB · 4 h 30 min · array 1–100',
  ],
  [['-t 10:00'], '10 min'],
  [['-t 90'], '1 h 30 min'],
  [['-t 7-'], '7 days'],
  [['-t 1-12:30'], '1 day 12 h 30 min'],
  [['-t 0:30'], '1 min'],
  [['-t UNLIMITED'], 'no time limit'],
  [['-p gpu'], 'gpu · no time limit: the partition’s default'],
  [['-N 2-4 -t 5'], '2–4 nodes · 5 min'],
  [['-n 8 -c 4 -t 5'], '8 tasks · 4 CPUs per task · 5 min'],
  [['-c 16 -t 5'], '16 CPUs · 5 min'],
  [['-N 2 --ntasks-per-node=4 -t 5'], '2 nodes · 4 tasks per node · 5 min'],
  [['--gpus=a100:2 -t 5'], '2 GPUs (a100) · 5 min'],
  [['-G 1 -t 5'], '1 GPU · 5 min'],
  [['--gres=gpu -t 5'], '1 GPU · 5 min'],
  [['-N 2 --gres=gpu:a100:2,shard:1 -t 5'], '2 nodes · 2 GPUs (a100) per node · `shard:1` · 5 min'],
  [['-N 2 --gpus-per-node=4 -t 5'], '2 nodes · 4 GPUs per node · 5 min'],
  [['-n 2 --gpus-per-task=1 -t 5'], '2 tasks · 1 GPU per task · 5 min'],
  [['-n 2 --tres-per-task=gres/gpu:1 -t 5'], '2 tasks · 1 GPU per task · 5 min'],
  [['--mem=64 -t 5'], '64 MB · 5 min'],
  [['--mem=1536M -t 5'], '1.5 GB · 5 min'],
  [['--mem=4000 -t 5'], '4,000 MB · 5 min'],
  [['--mem=2T -t 5'], '2 TB · 5 min'],
  [['--mem=0 -t 5'], 'all memory of each node · 5 min'],
  [['-N 2 --mem=8G -t 5'], '2 nodes · 8 GB per node · 5 min'],
  [['--mem-per-cpu=4G -t 5'], '4 GB per CPU · 5 min'],
  [['--mem-per-gpu=4G -t 5'], '4 GB per GPU · 5 min'],
  [['-t 5 --array=1-100%10'], '5 min · array 1–100, 10 at a time'],
  [['-t 5 -a [1,3,5]'], '5 min · array 1,3,5'],
  [['-t 5 -d afterok:12:13,afterany:14'], '5 min · after 12 and 13 succeed, after 14 ends'],
  [['-t 5 -d singleton?after:9'], '5 min · after earlier jobs of its name or after 9 starts'],
  [['-t 5 -b 16:00 -A bio -q high'], '5 min · not before `16:00` · account bio · QOS high'],
  [
    ['-N 1', 'hetjob', '-N 3'],
    '2 components: 1 node; 3 nodes · no time limit: the partition’s default',
  ],
  [['-t 5 -d afterok:1:2:3:4:5:6:7'], '5 min · after 1 and 2 and 3 and 4 and 5 and 2 more succeed'],
  [['hetjob', '-N 3'], '2 components: 1 task; 3 nodes · no time limit: the partition’s default'],
  [
    Array.from({ length: 99 }, () => 'hetjob'),
    '100 components: 1 task; 1 task; 1 task; 1 task; 1 task; 95 more · no time limit: the partition’s default',
  ],
  [['-t 5', 'hetjob'], '2 components: 1 task; 1 task · 5 min'],
  [['--exclusive'], 'whole nodes · no time limit: the partition’s default'],
  [['--exclusive=user -t 5'], 'nodes shared with the same person’s jobs only · 5 min'],
  [['-w n1,n2 -t 5'], 'on n1,n2 · 5 min'],
  [['-N 2 -x n[3-4] -t 5'], '2 nodes · not on n[3-4] · 5 min'],
  [['-N 1 -C a100|h100 --mem=8G -t 5'], '1 node · 8 GB · nodes with a100|h100 · 5 min'],
  [['--reservation=maint -t 5'], 'reservation maint · 5 min'],
  [['-L matlab:2 -t 5'], 'licenses `matlab:2` · 5 min'],
  [
    ['-H -M big -s -t 5'],
    'cluster big · held until somebody releases it · nodes shared with others · 5 min',
  ],
  [['--tmp=10G --contiguous -t 5'], '`--tmp=10G` · `--contiguous` · 5 min'],
  [
    ['--cpus-per-gpu=6 -G 8 --gpus-per-node=4 -t 5'],
    '8 GPUs · `--gpus-per-node=4` · `--cpus-per-gpu=6` · 5 min',
  ],
  [['--constraint= --nodelist='], '1 task, the cluster’s defaults'],
  [
    ['-w n1', 'hetjob', '-N 3 -C gpu --exclusive'],
    '2 components: on n1; 3 nodes · whole nodes · nodes with gpu · no time limit: the partition’s default',
  ],
  [['-C "<!here>*" -t 5'], 'nodes with `&lt;!here&gt;*` · 5 min'],
  [['-p "<!channel>" -t 5'], '&lt;!channel&gt; · 5 min'],
])('%j: %s', (directives, expected) => {
  expect(asked(...directives)).toBe(expected);
});

test('of #PBS and #BSUB, what Slurm makes of them', () => {
  const of = (text: string) => summary(readScript(Buffer.from(text), { maxBytes: 10_000 }));
  expect(of('#!/bin/sh\n#PBS -l select=2:ncpus=4:mem=8gb\n#PBS -l walltime=6:00:00\n')).toBe(
    '2 nodes · 4 CPUs per node · 8 GB per node · 6 h',
  );
  expect(of('#!/bin/sh\n#PBS -l nodes=2:ppn=4:gpus=1,walltime=1:00:00\n')).toBe(
    '2 nodes · 8 tasks · 1 GPU per node · 1 h',
  );
  expect(of('#!/bin/sh\n#BSUB -W 6:00 -M 4000 -q night\n#SBATCH -t 1:00:00\n')).toBe(
    'night · 4 MB per CPU · 6 min',
  );
});

test('of long values, no more than fits into a section', () => {
  const long = '&'.repeat(500);
  const each = ['-p', '-C', '-w', '-x', '-L', '-A', '-q', '-M', '--reservation', '--batch', '--bb'];
  const all = each.map((option) => `${option} "${long}"`);
  expect(asked(...all).length).toBeLessThan(2000);
  const twenty = Array.from({ length: 20 }, () => [...all, 'hetjob']).flat();
  expect(asked(...twenty).length).toBeLessThan(2000);
  expect(asked('-C "&&&"', ...all)).toContain(' · …');
});
