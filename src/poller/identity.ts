import type { Job } from '../jobs/job.ts';
import type { Watch, WatchChange } from '../store/watches.ts';
import type { Pass } from './family.ts';

/**
 * Name and project as people know them: where somebody follows a row that Waldur's hourly task made, the row with a
 * user gives them. What a person typed in the form stays.
 */
export function identity({ memory }: Pass, watch: Watch, rows: Job[]): WatchChange {
  const hasUser = ({ uuid }: Job) => {
    const place = memory.of(uuid)?.place;
    return place !== null && place !== undefined && place.userUuid !== null;
  };
  const own = rows.find(({ uuid }) => uuid === watch.jobUuid);
  if (watch.submissionId !== null || own === undefined || hasUser(own)) return {};
  const known = rows.find((row) => row !== own && row.slurmId === own.slurmId && hasUser(row));
  if (known === undefined) return {};
  const projectName = memory.of(known.uuid)?.place?.projectName ?? watch.projectName;
  if (known.name === watch.name && projectName === watch.projectName) return {};
  return { name: known.name, projectName, cardDue: true };
}
