import type { WaldurControl } from '../../sandbox/waldur/control.ts';

/** What a step may do between two requests. `ours` translates a recorded uuid or name. */
export interface Stage {
  waldur: WaldurControl;
  ours: (recorded: string) => string;
}

/** The name of a recorded exchange, or something that happened between two. */
export type Step = string | ((stage: Stage) => Promise<unknown>);

const OCEAN = 'd2035c217d01467ba3a1309afa2bf5c3';

const wait =
  (seconds: number): Step =>
  ({ waldur }) =>
    waldur.advance(seconds);

const oceanIs =
  (state: NonNullable<Parameters<WaldurControl['setJob']>[1]['state']>): Step =>
  ({ waldur, ours }) =>
    waldur.setJob(ours(OCEAN), { state });

/** Undoes an update, which the documented Waldur does and the recorded one does not. */
const oceanAsBefore: Step = ({ waldur, ours }) =>
  waldur.setJob(ours(OCEAN), { name: 'ocean', description: 'First run', state: 'OK' });

const asBefore = (name: string): Step[] => [name, oceanAsBefore];

const whileOceanIs = (state: Parameters<typeof oceanIs>[0], name: string): Step[] => [
  oceanIs(state),
  name,
  oceanIs('OK'),
];

const identity: Step[] = [
  'me-ada',
  'me-field',
  'no-credentials',
  'invalid-token',
  'token-with-space',
  'bearer-instead-of-token',
  'impersonate-ada',
  'impersonate-unknown-user',
  'impersonate-malformed',
  'impersonate-by-non-staff',
  'users-by-email',
  'users-by-email-as-ada',
  'users-by-email-none',
  'method-not-allowed',
];

const lookups: Step[] = [
  'allocations-ada',
  'allocations-name-filter',
  'allocations-eve',
  'projects-ada',
  'service-settings-ada',
];

const creating: Step[] = [
  'list-empty',
  'create-empty',
  'create-json-file-string',
  'create-no-file',
  'create-empty-file',
  'create-long-name',
  'create-name-150',
  'create-blank-name',
  'create-hostile-name',
  'create-long-description',
  'create-bad-project-url',
  'create-unknown-project',
  'create-foreign-project',
  'create-as-member',
  'create-as-outsider',
  'create-as-manager',
  'create-as-owner',
  'create-wrong-content-type',
  'create-malformed-json',
  'create',
  'retrieve-just-created',
  wait(2),
  'retrieve-submitted',
  'create-rejected-by-slurm',
  'create-no-firecrest',
  'create-no-oauth',
  wait(2),
  'retrieve-rejected',
  'retrieve-no-firecrest',
  'retrieve-no-oauth',
];

const listing: Step[] = [
  'list-default',
  'list-page-size-2',
  'list-page-2',
  'list-page-past-end',
  'list-page-zero',
  'list-page-word',
  'list-page-last',
  'list-page-size-1000',
  'list-page-size-zero',
  'list-field',
  'list-field-unknown',
  'list-field-comma',
  'list-as-bob',
  'list-as-eve',
  'list-as-staff',
  'list-as-member',
  'impersonate-list',
  'filter-state-ok',
  'filter-runtime_state-pending',
  'filter-name-ocean',
  'filter-o-name',
  'head',
  'head-one',
  'unknown-endpoint',
];

const retrieving: Step[] = [
  'retrieve',
  'retrieve-field',
  'retrieve-dashed-uuid',
  'retrieve-unknown',
  'retrieve-malformed',
  'retrieve-other-user',
  'retrieve-uppercase',
  'retrieve-no-slash',
  'file-with-token',
  'file-without-token',
];

const updating: Step[] = [
  ...asBefore('patch-name'),
  'retrieve-after-patch',
  ...asBefore('patch-description'),
  ...asBefore('patch-runtime-state'),
  ...asBefore('put-full'),
  'retrieve-after-put',
  'put-no-name',
  ...asBefore('patch-empty'),
  'patch-blank-name',
  'patch-as-member',
  'patch-as-bob',
  'patch-erred',
  ...asBefore('patch-file'),
  ...whileOceanIs('Creating', 'patch-wrong-state'),
];

const acting: Step[] = [
  'pull',
  oceanAsBefore,
  'pull-unknown',
  'pull-as-member',
  'pull-get',
  'pull-erred',
  ...whileOceanIs('Creating', 'pull-wrong-state'),
  'unlink-as-ada',
  'unlink-as-owner',
  'unlink-as-staff',
  'unlink-again',
  'set-ok',
  'set-erred',
  'html-accept',
  ...whileOceanIs('Update Scheduled', 'state-1'),
  ...whileOceanIs('Updating', 'state-2'),
  'state-3',
  ...whileOceanIs('Erred', 'state-4'),
  ...whileOceanIs('Creation Scheduled', 'state-5'),
  ...whileOceanIs('Creating', 'state-6'),
  ...whileOceanIs('Deletion Scheduled', 'state-7'),
  ...whileOceanIs('Deleting', 'state-8'),
];

const deleting: Step[] = [
  ...whileOceanIs('Creating', 'delete-wrong-state'),
  'delete-as-member',
  'delete-as-bob',
  'delete',
  'retrieve-after-delete',
  wait(1),
  'retrieve-after-delete-later',
  'delete-force',
];

/** The stand-in cluster called every job "job" and left it PENDING. */
const hourly: Step[] = [
  async ({ waldur }) => {
    for (const job of await waldur.slurm())
      await waldur.setSlurmJob(job.id, { name: 'job', state: 'PENDING' });
    await waldur.runHourlyTask();
  },
  'list-after-hourly-pull',
];

const sessions: Step[] = [
  ({ waldur }) => waldur.revokeToken('mia'),
  'impersonate-no-session',
  ({ waldur }) => waldur.setUser('eve', { active: false }),
  'inactive-user',
  'impersonate-inactive',
  ({ waldur }) => waldur.setUser('eve', { active: true }),
  ({ waldur }) => waldur.expireToken('eve'),
  'expired-token',
];

/** The recorded session with a stand-in for the cluster, in an order in which all of it can happen. */
export const firstSession: Step[] = [
  ...identity,
  ...lookups,
  ...creating,
  ...listing,
  ...retrieving,
  ...updating,
  ...acting,
  ...deleting,
  ...hourly,
  ...sessions,
];

/** The recorded session with a real Slurm: nine scripts, handed over one after another. */
export const liveSession: Step[] = [
  'live-create-ok',
  'live-create-fail',
  'live-create-array',
  'live-create-crlf',
  'live-create-badopt',
  'live-create-badpart',
  'live-create-warns',
  'live-create-noshebang',
  'live-create-latin1',
  wait(8.25),
  'live-list-8s-later',
  // The task comes to Ada 2 s after its beginning.
  wait(8.35),
  ({ waldur }) => waldur.runHourlyTask(),
  'live-list-after-hourly-task-1',
  wait(120),
  ({ waldur }) => waldur.runHourlyTask(),
  'live-list-after-hourly-task-2',
];
