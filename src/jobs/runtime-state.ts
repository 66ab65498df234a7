import type { RuntimeState } from './phase.ts';
import { states } from './runtime-states.ts';

/**
 * What one of Slurm's states means. Takes the state as Waldur passes it on: long or short (`PD`), in any case,
 * cut off (`OUT_OF_ME+`, as sacct does at 10 characters) or with who did it (`CANCELLED by 1000`).
 * A word that is not Slurm's, or that was cut too short to tell, keeps its text and is 'unknown'.
 */
export function runtimeState(text: string): RuntimeState {
  const given = text.trim();
  if (given === '') return { ...silence };
  const [name = '', ...rest] = given.toUpperCase().split(/\s+/);
  const state = rest.length === 0 || rest[0] === 'BY' ? byName(name) : undefined;
  if (state === undefined || (rest.length > 0 && state.word !== 'CANCELLED')) {
    return { word: given, phase: 'unknown', meaning: `is ${given}`, advice: '' };
  }
  const { code: _, ...known } = state;
  return { ...known, meaning: known.meaning + by(rest) };
}

const silence: RuntimeState = {
  word: '',
  phase: 'submitted',
  meaning: 'has no news from the cluster yet',
  advice: '',
};

function byName(name: string) {
  const exact = states.find(({ word, code }) => word === name || code === name);
  if (exact !== undefined || !name.endsWith('+')) return exact;
  const start = name.slice(0, -1);
  const fitting = states.filter(({ word }) => word.startsWith(start));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Slurm names who cancelled by user id; 0 is root, in practice an administrator of the cluster. */
function by([, who]: string[]): string {
  if (who === undefined || !/^\d+$/.test(who)) return '';
  return who === '0' ? ' by an administrator of the cluster' : ` by user ${who}`;
}
