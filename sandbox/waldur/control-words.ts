import { z } from 'zod';
import { Fault, FiredFault } from './faults.ts';
import { languages } from './languages.ts';
import { LedgerEntry } from './ledger.ts';
import { RoleName } from './seed.ts';
import { afterUpload } from './site.ts';

/** A row as the control API shows it: Waldur's fields, people and projects by name. */
export const JobView = z.object({
  uuid: z.string(),
  name: z.string(),
  description: z.string(),
  cluster: z.string(),
  project: z.string(),
  user: z.string().nullable(),
  state: z.string(),
  runtime_state: z.string(),
  backend_id: z.string(),
  error_message: z.string(),
  report: z.unknown(),
  created: z.string(),
  modified: z.string(),
});

/** Fields of a row that a test may set. Names of project, cluster and user are those of the seed. */
export const JobChange = z.strictObject({
  name: z.string().optional(),
  description: z.string().optional(),
  cluster: z.string().optional(),
  project: z.string().optional(),
  user: z.string().nullable().optional(),
  state: z
    .enum([
      'Creation Scheduled',
      'Creating',
      'OK',
      'Erred',
      'Update Scheduled',
      'Updating',
      'Deletion Scheduled',
      'Deleting',
    ])
    .optional(),
  runtime_state: z.string().optional(),
  backend_id: z.string().optional(),
  error_message: z.string().optional(),
  error_traceback: z.string().optional(),
  report: z.unknown().optional(),
  /** ISO times. */
  created: z.string().optional(),
  modified: z.string().optional(),
});

export const SlurmView = z.object({
  cluster: z.string(),
  id: z.string(),
  account: z.string(),
  name: z.string(),
  state: z.string(),
});

const Nothing = z.strictObject({});
const Uuid = z.object({ uuid: z.string() });
const Done = z.object({ found: z.boolean() });

/** Every command of the control API: the body for `/sandbox/<command>`, and the answer. */
const words = {
  requests: [z.strictObject({ after: z.number().default(0) }), z.array(LedgerEntry)],
  fault: [Fault, Nothing],
  faultsFired: [Nothing, z.array(FiredFault)],
  clearFaults: [Nothing, Nothing],
  jobs: [Nothing, z.array(JobView)],
  addJobs: [
    z.strictObject({ jobs: z.union([z.number().int(), z.array(JobChange)]) }),
    z.array(Uuid),
  ],
  setJob: [z.strictObject({ uuid: z.string(), fields: JobChange }), Done],
  deleteJob: [z.strictObject({ uuid: z.string() }), Done],
  slurm: [Nothing, z.array(SlurmView)],
  setSlurmJob: [
    z.strictObject({
      id: z.string(),
      fields: z.strictObject({ name: z.string().optional(), state: z.string().optional() }),
    }),
    Done,
  ],
  setUser: [
    z.strictObject({
      user: z.string(),
      fields: z.strictObject({
        active: z.boolean().optional(),
        staff: z.boolean().optional(),
        oauth: z.boolean().optional(),
        accessToken: z.boolean().optional(),
        signInExpired: z.boolean().optional(),
        token: z.string().nullable().optional(),
        tokenLifetime: z.number().nullable().optional(),
      }),
    }),
    Nothing,
  ],
  expireToken: [z.strictObject({ user: z.string() }), Nothing],
  revokeToken: [z.strictObject({ user: z.string() }), Nothing],
  deleteUser: [z.strictObject({ user: z.string() }), Nothing],
  setRole: [
    z.strictObject({ user: z.string(), scope: z.string(), role: RoleName.nullable() }),
    Nothing,
  ],
  behave: [
    z.strictObject({
      hourlyTask: z.enum(['works', 'dies']).optional(),
      deletion: z.enum(['at once', 'scheduled']).optional(),
      states: z.enum(['labels', 'constants']).optional(),
      afterUpload: z.enum(afterUpload).optional(),
      language: z.enum(languages).optional(),
    }),
    Nothing,
  ],
  runHourlyTask: [Nothing, Nothing],
  advance: [z.strictObject({ seconds: z.number() }), Nothing],
  setSpeed: [z.strictObject({ speed: z.number().nonnegative() }), Nothing],
  startOver: [Nothing, Nothing],
} as const;

type Words = typeof words;
export type Word = keyof Words;
type Sents = { [W in Word]: z.output<Words[W][0]> };
type Replies = { [W in Word]: z.output<Words[W][1]> };

/** A command as the sandbox reads it, and its answer. */
export type Sent<W extends Word> = Sents[W];
export type Reply<W extends Word> = Replies[W];
/** A command as it is sent. Fields with a default may be left out. */
export type ToSend<W extends Word> = z.input<Words[W][0]>;

/** The schemas by command, in a form that keeps a command and its types together. */
export const controlWords: {
  [W in Word]: readonly [z.ZodType<Sents[W]>, z.ZodType<Replies[W]>];
} = words;

export type JobView = z.infer<typeof JobView>;
export type JobChange = z.infer<typeof JobChange>;
export type SlurmView = z.infer<typeof SlurmView>;
