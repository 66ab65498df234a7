import { describe, expect, test } from '@jest/globals';
import { readScript } from '../../src/scripts/script.ts';

function options(...lines: string[]): Record<string, string> {
  const text = ['#!/bin/bash', ...lines, ''].join('\n');
  return readScript(Buffer.from(text), { maxBytes: 1_048_576 }).options;
}

describe('what Slurm honours', () => {
  test.each<[string, string[], Record<string, string>]>([
    ['--opt=value', ['#SBATCH --mem=4G'], { mem: '4G' }],
    ['--opt value', ['#SBATCH --mem 4G'], { mem: '4G' }],
    ['-J name', ['#SBATCH -J train'], { 'job-name': 'train' }],
    ['-Jname', ['#SBATCH -Jtrain'], { 'job-name': 'train' }],
    ['-J=name, as Slurm takes it', ['#SBATCH -J=train'], { 'job-name': '=train' }],
    [
      'several on a line',
      ['#SBATCH -N2 -n 8 --exclusive -p gpu'],
      { nodes: '2', ntasks: '8', exclusive: '', partition: 'gpu' },
    ],
    ['short flags together', ['#SBATCH -HJtrain'], { hold: '', 'job-name': 'train' }],
    ['a tab', ['#SBATCH\t--mem=4G\t-p\tgpu'], { mem: '4G', partition: 'gpu' }],
    ['no space at all', ['#SBATCH--mem=4G'], { mem: '4G' }],
    ['a trailing comment', ['#SBATCH --mem=4G # enough --time=9'], { mem: '4G' }],
    ['a comment inside a word', ['#SBATCH -J a#b -p gpu'], { 'job-name': 'a' }],
    [
      'double quotes',
      ['#SBATCH --job-name="two words" -p gpu'],
      { 'job-name': 'two words', partition: 'gpu' },
    ],
    ['single quotes', ['#SBATCH -J \'it is "so"\''], { 'job-name': 'it is "so"' }],
    ['an escaped space, which ends a word', ['#SBATCH -J two\\ words'], { 'job-name': 'two' }],
    ['one in quotes', ['#SBATCH -J "two\\ words"'], { 'job-name': 'two words' }],
    [
      'a value on the next line',
      ['#SBATCH --account', '#SBATCH --time=5', '#SBATCH -n 2'],
      { account: '--time=5', ntasks: '2' },
    ],
    [
      'no #PBS with --ignore-pbs',
      ['#SBATCH --ignore-pbs -J a', '#PBS -N b', '#BSUB -J c'],
      { 'ignore-pbs': '', 'job-name': 'a' },
    ],
    [
      '#BSUB rather than #PBS rather than #SBATCH',
      ['#BSUB -J b -q night -n 4,8 -M 4000 -W 6:00', '#PBS -N p -A acc', '#SBATCH -J s -A x'],
      {
        ...{ 'job-name': 'b', partition: 'night', ntasks: '8' },
        ...{ 'mem-per-cpu': '4000K', time: '6:00', account: 'x' },
      },
    ],
    [
      "PBS Pro's select",
      ['#PBS -l select=2:ncpus=4:mpiprocs=2:mem=8gb -l walltime=1:00:00'],
      {
        ...{ nodes: '2', mincpus: '4', 'ntasks-per-node': '2' },
        ...{ mem: '8g', time: '1:00:00' },
      },
    ],
    ['two names for one option', ['#SBATCH --tasks-per-node=4'], { 'ntasks-per-node': '4' }],
    ['an escaped quote', ['#SBATCH -J "a \\"b\\""'], { 'job-name': 'a "b"' }],
    ['a # in quotes', ['#SBATCH -J "a # b"'], { 'job-name': 'a # b' }],
    ['the last of two', ['#SBATCH -p cpu', '#SBATCH -p gpu'], { partition: 'gpu' }],
    [
      'blank lines and comments between',
      ['', '# hello', '  # more', '#SBATCH -p gpu'],
      { partition: 'gpu' },
    ],
    ['the beginning of a name', ['#SBATCH --part=gpu --out=x'], { partition: 'gpu', output: 'x' }],
    [
      'a value that begins with a dash',
      ['#SBATCH --nice=-5 --comment -x'],
      { nice: '-5', comment: '-x' },
    ],
    [
      '#PBS',
      ['#PBS -N pbs -q batch', '#PBS -l walltime=02:00:00,nodes=2:ppn=4,mem=4gb'],
      {
        ...{ 'job-name': 'pbs', partition: 'batch', time: '02:00:00' },
        ...{ nodes: '2', ntasks: '8', mem: '4g' },
      },
    ],
    [
      '#PBS rather than #SBATCH, in any order',
      ['#PBS -l walltime=2:00:00', '#SBATCH --time=1:00:00'],
      { time: '2:00:00' },
    ],
    ['#PBS with options that Slurm drops', ['#PBS -V -j oe', '#PBS -N pbs'], { 'job-name': 'pbs' }],
    ['#PBS after the first command', ['set -e', '#PBS -N pbs'], { 'job-name': 'pbs' }],
    [
      'the first part of a heterogeneous job',
      ['#SBATCH -n 1', '#SBATCH hetjob', '#SBATCH -n 9'],
      { ntasks: '1' },
    ],
  ])('%s', (_name, lines, expected) => {
    expect(options(...lines)).toEqual(expected);
  });
});

describe('what Slurm ignores', () => {
  test.each<[string, string[]]>([
    ['after the first command', ['set -e', '#SBATCH --mem=4G']],
    ['indented', [' #SBATCH --mem=4G']],
    ['lower case', ['#sbatch --mem=4G']],
    ['# SBATCH', ['# SBATCH --mem=4G']],
    ['##SBATCH', ['##SBATCH --mem=4G']],
    ['behind a word that is no option', ['#SBATCH oops --mem=4G']],
    ['in a line with an open quote, for which it refuses the script', ['#SBATCH --mem="4G']],
    [
      '#PBS after a hundred other lines',
      [...Array.from({ length: 101 }, () => 'echo'), '#PBS -N pbs'],
    ],
    ['options that sbatch does not have', ['#SBATCH --walltime=1 --__proto__=x --constructor=y']],
  ])('%s', (_name, lines) => {
    expect(options(...lines)).toEqual({});
  });

  test('an empty job name counts as no name', () => {
    const script = readScript(Buffer.from('#!/bin/sh\n#SBATCH --job-name=\n'), { maxBytes: 100 });
    expect(script.jobName).toBeNull();
  });
});
