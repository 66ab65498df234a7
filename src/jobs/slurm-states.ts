/** Phases that Slurm's states lead to. `submitted`: no news yet; `unknown`: a word that is not Slurm's. */
type SlurmPhase =
  | 'submitted'
  | 'queued'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'unknown';

/** Meaning of one of Slurm's states. */
interface RuntimeState {
  /** Slurm's own word, e.g. `OUT_OF_MEMORY`; for an unknown one, the text as it came. */
  word: string;
  phase: SlurmPhase;
  /** What it means, to follow "the job", e.g. "ran out of memory"; ends without a full stop. */
  meaning: string;
  /** Why it failed, if Slurm's word says so, to stand behind "Failed: ". */
  reason?: string;
  /** What people usually do about it, in sentences; empty if nothing is to be done. */
  advice: string;
}

const held = 'It is held: release it with scontrol release, or ask the cluster’s support.';
const again =
  'Nothing is wrong with the script: submit it again if Slurm does not start it again itself.';
const log = 'Look at the end of its output file.';

/**
 * Every job state that Slurm's manual names (squeue, "JOB STATE CODES"), with its short code. docs/slurm.md says which
 * of them were seen, and when. Passing states (COMPLETING, STAGE_OUT) are 'running', because the job has not ended.
 * Requeued and held jobs are 'queued', because they have not started again.
 */
export const states: readonly (RuntimeState & { code: string })[] = [
  {
    word: 'PENDING',
    code: 'PD',
    phase: 'queued',
    meaning: 'is waiting in the queue',
    advice: 'If it waits for more than a day, look at squeue -j with its id for the reason.',
  },
  {
    word: 'CONFIGURING',
    code: 'CF',
    phase: 'queued',
    meaning: 'has its nodes, which are starting up',
    advice: '',
  },
  { word: 'RUNNING', code: 'R', phase: 'running', meaning: 'is running', advice: '' },
  {
    word: 'COMPLETING',
    code: 'CG',
    phase: 'running',
    meaning: 'is finishing; some of its processes may still be there',
    advice: '',
  },
  {
    word: 'SUSPENDED',
    code: 'S',
    phase: 'running',
    meaning: 'is suspended; it goes on when Slurm resumes it',
    advice: '',
  },
  {
    word: 'STOPPED',
    code: 'ST',
    phase: 'running',
    meaning: 'is stopped (SIGSTOP) and keeps its CPUs',
    advice: 'It goes on after scancel --signal=CONT with its id.',
  },
  { word: 'RESIZING', code: 'RS', phase: 'running', meaning: 'is changing size', advice: '' },
  {
    word: 'SIGNALING',
    code: 'SI',
    phase: 'running',
    meaning: 'is being sent a signal',
    advice: '',
  },
  {
    word: 'STAGE_OUT',
    code: 'SO',
    phase: 'running',
    meaning: 'is copying its files out',
    advice: '',
  },
  { word: 'COMPLETED', code: 'CD', phase: 'completed', meaning: 'completed', advice: '' },
  { word: 'FAILED', code: 'F', phase: 'failed', meaning: 'failed', advice: log },
  {
    word: 'TIMEOUT',
    code: 'TO',
    phase: 'failed',
    reason: 'time limit',
    meaning: 'reached its time limit',
    advice: '',
  },
  {
    word: 'OUT_OF_MEMORY',
    code: 'OOM',
    phase: 'failed',
    reason: 'out of memory',
    meaning: 'ran out of memory',
    advice: '',
  },
  {
    word: 'DEADLINE',
    code: 'DL',
    phase: 'failed',
    reason: 'deadline',
    meaning: 'reached its deadline',
    advice: 'Submit it again with a later --deadline or a smaller --time.',
  },
  {
    word: 'NODE_FAIL',
    code: 'NF',
    phase: 'failed',
    reason: 'node failed',
    meaning: 'lost a node that failed',
    advice: again,
  },
  {
    word: 'BOOT_FAIL',
    code: 'BF',
    phase: 'failed',
    reason: 'node did not boot',
    meaning: 'could not start because a node did not boot',
    advice: again,
  },
  {
    word: 'PREEMPTED',
    code: 'PR',
    phase: 'failed',
    reason: 'preempted',
    meaning: 'had to make way for a job of higher priority',
    advice: again,
  },
  { word: 'CANCELLED', code: 'CA', phase: 'cancelled', meaning: 'was cancelled', advice: '' },
  {
    word: 'REVOKED',
    code: 'RV',
    phase: 'cancelled',
    meaning: 'was taken off this cluster because another cluster of the federation started it',
    advice: '',
  },
  {
    word: 'REQUEUED',
    code: 'RQ',
    phase: 'queued',
    meaning: 'is being put back into the queue',
    advice: '',
  },
  {
    word: 'REQUEUE_FED',
    code: 'RF',
    phase: 'queued',
    meaning: 'is being put back into the queue of a federation',
    advice: '',
  },
  {
    word: 'REQUEUE_HOLD',
    code: 'RH',
    phase: 'queued',
    meaning: 'was put back into the queue and is held there',
    advice: held,
  },
  {
    word: 'SPECIAL_EXIT',
    code: 'SE',
    phase: 'queued',
    meaning: 'was put back into the queue after a special exit and is held there',
    advice: held,
  },
  {
    word: 'RESV_DEL_HOLD',
    code: 'RD',
    phase: 'queued',
    meaning: 'is held because its reservation was deleted',
    advice: held,
  },
];

/**
 * The meaning of one of Slurm's states as Waldur passes it on: long or short (`PD`), in any case, cut off
 * (`OUT_OF_ME+`, as sacct does at 10 characters), or with the user who caused it (`CANCELLED by 1000`). A word that is
 * not Slurm's, or that is cut off too early to tell, keeps its text and is 'unknown'.
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

/** Slurm gives the user id of the person who cancelled; 0 is root, in practice an administrator of the cluster. */
function by([, who]: string[]): string {
  if (who === undefined || !/^\d+$/.test(who)) return '';
  return who === '0' ? ' by an administrator of the cluster' : ` by user ${who}`;
}
