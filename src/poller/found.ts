import type { Job } from '../jobs/job.ts';
import { FOUND_WITHIN_MS } from '../jobs/runs.ts';
import { findSubmission } from '../store/submissions.ts';
import { type Watch, watchesOfJob } from '../store/watches.ts';
import type { Pass } from './family.ts';
import type { Look } from './look.ts';
import { isPerhapsSubmitted } from './pages.ts';
import type { PollerParts } from './parts.ts';

/**
 * After an error of warnings only Slurm may have the job: a row without a user that appears later, of the same
 * cluster and with the name that Slurm gives to this script, is offered once. It is never assumed to be the one.
 */
export async function withFound(
  parts: PollerParts,
  pass: Pass,
  watch: Watch,
  look: Look,
): Promise<Look> {
  if (watch.found !== null || watch.submissionId === null || !isPerhapsSubmitted(watch))
    return look;
  const submission = await findSubmission(parts.db, watch.team, watch.submissionId);
  const name = submission?.slurmName ?? '';
  const row = name === '' ? null : await findRow(parts, pass, watch, name);
  if (row === null || look.transition !== null) return look;
  const now = parts.now();
  return {
    change: { ...look.change, found: row.uuid },
    transition: {
      watchId: watch.id,
      kind: 'found',
      fromPhase: watch.phase,
      toPhase: watch.phase,
      word: `${row.slurmId} ${row.uuid}`,
      fromSince: watch.phaseSince,
      lastBefore: watch.seenAt,
      firstAfter: now,
      reply: 'owed',
    },
  };
}

async function findRow(
  parts: PollerParts,
  pass: Pass,
  watch: Watch,
  name: string,
): Promise<Job | null> {
  for (const row of pass.pages.rows.values()) {
    const after = row.created.getTime() - watch.jobCreated.getTime();
    const fits = row.name === name && row.slurmId !== '' && row.description === '';
    if (!fits || after <= 0 || after > FOUND_WITHIN_MS) continue;
    const place = await pass.memory.placeOf(row.uuid);
    if (place === null || place.userUuid !== null) continue;
    if (place.serviceSettings !== watch.serviceSettings) continue;
    if ((await watchesOfJob(parts.db, row.uuid)).length === 0) return row;
  }
  return null;
}
