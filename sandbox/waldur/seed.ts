import { z } from 'zod';

const Uuid = z.string().regex(/^[0-9a-f]{32}$/);

const Customer = z.strictObject({
  uuid: Uuid,
  name: z.string(),
  nativeName: z.string().default(''),
  abbreviation: z.string().default(''),
});

const Project = z.strictObject({ uuid: Uuid, name: z.string(), customer: Uuid });

export const RoleName = z.enum([
  'PROJECT.ADMIN',
  'PROJECT.MANAGER',
  'PROJECT.MEMBER',
  'CUSTOMER.OWNER',
]);

const User = z.strictObject({
  uuid: Uuid,
  username: z.string(),
  fullName: z.string(),
  email: z.string(),
  /** Null for a person who never signed in, and so has no session. */
  token: z.string().nullable(),
  /** How long a token lives after its last use, in seconds; null for ever. */
  tokenLifetime: z.number().nullable().default(3600),
  staff: z.boolean().default(false),
  active: z.boolean().default(true),
  /** True if Waldur may act for this person at the cluster's FirecREST. */
  oauth: z.boolean().default(true),
  /** False if their sign-in has left Waldur no token for the cluster. */
  accessToken: z.boolean().default(true),
  /** True if their sign-in to the cluster is too old: FirecREST then answers 401 to Waldur's requests for them. */
  signInExpired: z.boolean().default(false),
  /** Name on the clusters; people with the same one see each other's jobs. Without it, the username. */
  account: z.string().optional(),
  /** `scope` is the uuid of a project, or of a customer for an owner. The first project gets the twins. */
  roles: z.array(z.strictObject({ role: RoleName, scope: Uuid })).default([]),
});

const Partition = z.strictObject({ name: z.string(), maxMinutes: z.number() });

const Cluster = z.strictObject({
  /** Uuid of the service settings. */
  uuid: Uuid,
  name: z.string(),
  /** False: "Service does not have Firecrest API URL". */
  firecrest: z.boolean().default(true),
  firstJobId: z.number().default(48200),
  /** The first is the default one. */
  partitions: z
    .array(Partition)
    .min(1)
    .default([
      { name: 'compute', maxMinutes: 2880 },
      { name: 'gpu', maxMinutes: 1440 },
    ]),
  nodes: z.number().default(16),
  cpusPerNode: z.number().default(64),
  memoryPerNodeMb: z.number().default(256 * 1024),
  defaultMinutes: z.number().default(60),
  maxArraySize: z.number().default(1001),
  /** How long a job waits in the queue if its script does not say, in seconds. */
  queueSeconds: z.number().default(5),
  /** How `squeue` sorts jobs of the same state. */
  queueOrder: z.enum(['newest first', 'oldest first']).default('newest first'),
  /** Seconds that Waldur's worker needs to hand over one script. */
  handOverSeconds: z.number().default(2),
  /** Seconds that the hourly task needs for each person: FirecREST answers a task later. */
  queueReadSeconds: z.number().default(2),
});

const Allocation = z.strictObject({
  uuid: Uuid,
  name: z.string(),
  cluster: Uuid,
  project: Uuid,
  active: z.boolean().default(true),
  limit: z.strictObject({ cpu: z.number(), gpu: z.number(), ram: z.number() }),
  usage: z
    .strictObject({ cpu: z.number(), gpu: z.number(), ram: z.number() })
    .default({ cpu: 0, gpu: 0, ram: 0 }),
});

/** The people, projects, clusters and allocations a sandbox starts with. */
export const SeedSchema = z.strictObject({
  customers: z.array(Customer),
  projects: z.array(Project),
  users: z.array(User),
  clusters: z.array(Cluster),
  allocations: z.array(Allocation),
  /** How many old, ended jobs there are already. */
  history: z.number().int().default(0),
});

export type Seed = z.input<typeof SeedSchema>;
export type FullSeed = z.output<typeof SeedSchema>;
export type RoleName = z.output<typeof RoleName>;
export type UserSeed = z.output<typeof User>;
export type ProjectSeed = z.output<typeof Project>;
export type CustomerSeed = z.output<typeof Customer>;
export type ClusterSeed = z.output<typeof Cluster>;
export type AllocationSeed = z.output<typeof Allocation>;
