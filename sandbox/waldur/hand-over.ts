import type { Clock } from './clock.ts';
import { exists, type Site, save, submitterOf } from './site.ts';
import type { Slurm, Submitted } from './slurm.ts';
import { isInQueue } from './slurm-queue.ts';
import { accountOf, type Job } from './world.ts';

/** Seconds that a row is seen as "Creating". */
const CREATING_SECONDS = 0.05;
const DOCUMENTED_SECONDS = 1;
/** How often the worker looks at a job whose script says `--wait`. */
const WAIT_SECONDS = 5;
const LARGEST_UPLOAD = 5 * 1024 * 1024;

/** The part of FirecREST's refusals that Waldur keeps (recorded). */
const failures = {
  '401': 'Message: Unauthorized, status code: 401',
  '403': 'Message: Forbidden, status code: 403',
  '500': 'Message: Internal Server Error, status code: 500',
  'no answer': 'Unable to perform Firecrest API request.',
};

/** Brings scripts to the clusters after Waldur has answered 201. */
export interface HandOver {
  enqueue(job: Job): void;
}

/**
 * The recorded Waldur has one worker, which takes script after script and needs about 2 s for each;
 * the documented one hands each over on its own after a second.
 */
export function startHandOver(site: Site): HandOver {
  const queue: Job[] = [];
  let busy = false;

  function next(): void {
    const job = queue.shift();
    busy = job !== undefined;
    if (!job) return;
    const pause = early(site, job) === null ? pauseOf(site, job) : 0;
    site.clock.after(pause, () => create(site, job, next));
  }

  return {
    enqueue(job) {
      if (site.as === 'documented') {
        site.clock.after(DOCUMENTED_SECONDS, () => create(site, job, () => undefined));
        return;
      }
      queue.push(job);
      // The request is answered first. The worker hears of it a moment later.
      if (!busy) {
        busy = true;
        site.clock.after(0.01, next);
      }
    },
  };
}

function pauseOf(site: Site, job: Job): number {
  return site.world.clusters.find((cluster) => cluster.uuid === job.cluster)?.handOverSeconds ?? 0;
}

function create(site: Site, job: Job, done: () => void): void {
  if (exists(site, job)) save(site, job, { state: 'Creating' });
  site.clock.after(CREATING_SECONDS, () => {
    if (exists(site, job)) submit(site, job, done);
    else done();
  });
}

/** The error before Slurm is asked; null if there is none. */
function early(site: Site, job: Job): string | null {
  const cluster = site.world.clusters.find((each) => each.uuid === job.cluster);
  const user = submitterOf(site, job);
  const bytes = scriptOf(site, job).bytes;
  if (!cluster?.firecrest) return 'Service does not have Firecrest API URL';
  if (!user?.oauth) return 'OAuth token is not found';
  if (!user.accessToken) return 'Access token is not found';
  if (user.signInExpired) return failures['401'];
  if (bytes.length === 0) return 'Message: Bad Request, status code: 400';
  if (bytes.length > LARGEST_UPLOAD) return 'Message: Request Entity Too Large, status code: 413';
  if (!isUtf8(bytes)) return 'Message: Internal Server Error, status code: 500';
  return null;
}

function isUtf8(bytes: Buffer): boolean {
  return bytes.equals(Buffer.from(bytes.toString('utf8')));
}

function scriptOf(site: Site, job: Job) {
  const media = job.file === null ? undefined : site.world.media.get(job.file);
  return media ?? { filename: 'job.sh', bytes: Buffer.alloc(0) };
}

function submit(site: Site, job: Job, done: () => void): void {
  const reason = early(site, job);
  const slurm = site.clusters.get(job.cluster);
  const user = submitterOf(site, job);
  if (reason !== null || !slurm || !user) {
    erred(site, job, reason ?? 'Service settings are not valid.');
    done();
    return;
  }
  const script = scriptOf(site, job);
  const answer = slurm.sbatch(accountOf(user), script.bytes, script.filename);
  if (answer.id !== null) site.log(`slurm: accepted job ${answer.id} of ${accountOf(user)}`);
  whenSbatchReturns(site.clock, slurm, answer, () => {
    finish(site, job, answer);
    done();
  });
}

/** `sbatch --wait` returns when the job has ended, and the worker waits too. Without it, sbatch returns at once. */
function whenSbatchReturns(clock: Clock, slurm: Slurm, answer: Submitted, run: () => void): void {
  const state = answer.id === null ? null : slurm.sacct(answer.id);
  const isWaiting = 'wait' in answer.options && state !== null && isInQueue(state);
  if (isWaiting) clock.after(WAIT_SECONDS, () => whenSbatchReturns(clock, slurm, answer, run));
  else run();
}

/** FirecREST takes anything on standard error for a failure, even when sbatch accepted the job (recorded). */
function finish(site: Site, job: Job, answer: Submitted): void {
  // Slurm has accepted the script, even though Waldur may not ask for the result (recorded).
  if (site.behaviour.afterUpload !== 'works') {
    erred(site, job, failures[site.behaviour.afterUpload]);
    return;
  }
  if (answer.stderr.length > 0) {
    erred(site, job, answer.stderr.join(''));
    return;
  }
  const backendId = 'parsable' in answer.options ? '' : (answer.id ?? '');
  save(site, job, { state: 'OK', backendId, report: 'Job submitted' });
  site.log(`waldur: ${job.uuid} is OK, Slurm job ${backendId || 'unknown'}`);
}

function erred(site: Site, job: Job, errorMessage: string): void {
  save(site, job, { state: 'Erred', errorMessage });
  site.log(`waldur: ${job.uuid} is Erred: ${errorMessage}`);
}
