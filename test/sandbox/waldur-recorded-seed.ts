import { type Seed, SeedSchema } from '../../sandbox/waldur/seed.ts';

const CUSTOMER = '5d4e67f65d27453691a8b9994855b2b0';
const CLIMATE = 'c16ce57b81304c4ca6f913a1b29a406a';
const GENOMICS = '14024f9f096a40008eedbe3a364a6931';
const CLUSTER = '107a905a29144a32947e5dc27a156c9d';
const WITHOUT_FIRECREST = 'ccc72e634f244bdd86f7e7c451f79216';

type Role = NonNullable<Seed['users'][number]['roles']>[number];

function person(
  username: string,
  uuid: string,
  roles: Role[],
  more: Partial<Seed['users'][number]> = {},
) {
  return {
    uuid,
    username,
    fullName: username === 'ada' ? 'Ada Lovelace' : username,
    email: `${username}@example.org`,
    token: `TOKEN-OF-${username.toUpperCase()}`,
    tokenLifetime: null,
    roles,
    ...more,
  };
}

function allocation(name: string, uuid: string, cluster: string, project: string) {
  return { name, uuid, cluster, project, limit: { cpu: 100_000, gpu: 1000, ram: 100_000 } };
}

/** The people and projects of the recorded Waldur. */
function recordedPeople(account: string | undefined): Seed['users'] {
  const shared = account === undefined ? {} : { account };
  return [
    person(
      'ada',
      '0bb3913311ba4a4d91f128b6eeabd9eb',
      [
        { role: 'PROJECT.ADMIN', scope: CLIMATE },
        { role: 'PROJECT.MEMBER', scope: GENOMICS },
      ],
      shared,
    ),
    person(
      'bob',
      '7989710b14f74b789009acec6462b2ac',
      [{ role: 'PROJECT.ADMIN', scope: GENOMICS }],
      shared,
    ),
    person(
      'mia',
      '6d818196743d486c9cd6398b26c0cdd2',
      [{ role: 'PROJECT.MEMBER', scope: CLIMATE }],
      { oauth: false },
    ),
    person(
      'max',
      'c4d17a6f8457422c9c47494145560836',
      [{ role: 'PROJECT.MANAGER', scope: CLIMATE }],
      shared,
    ),
    person(
      'olga',
      'e282bdf2313f4d91823f607af3448f2d',
      [{ role: 'CUSTOMER.OWNER', scope: CUSTOMER }],
      { oauth: false },
    ),
    person('eve', 'd54f21a06c4f4ea3975259dfff48d5ed', []),
    person('stan', 'a82e35fd723f4dec88e56e789b0fd635', [], { staff: true, oauth: false }),
  ];
}

/**
 * What the recorded Waldur held. In the first session its cluster was a stand-in that showed everybody the same queue,
 * sorted by job id, and took no time, so people share an account here. In the live one it was a real Slurm.
 */
export function recordedSeed(session: 'first' | 'live', rename: (text: string) => string): Seed {
  const first = session === 'first';
  const slurm = first
    ? { firstJobId: 4001, queueOrder: 'oldest first' as const, handOverSeconds: 0 }
    : { firstJobId: 317 };
  const seed: Seed = {
    customers: [
      {
        uuid: CUSTOMER,
        name: 'University of Example',
        nativeName: 'Üniversity',
        abbreviation: 'UEX',
      },
    ],
    projects: [
      { uuid: CLIMATE, name: 'Climate models', customer: CUSTOMER },
      { uuid: GENOMICS, name: 'Genomics', customer: CUSTOMER },
    ],
    users: recordedPeople(first ? 'shared' : undefined),
    clusters: [
      { uuid: CLUSTER, name: 'Example cluster', ...slurm },
      { uuid: WITHOUT_FIRECREST, name: 'Cluster without FirecREST', firecrest: false },
    ],
    allocations: [
      allocation('climate-2026', '2b1225fcb83948028f90eb4b602a7c74', CLUSTER, CLIMATE),
      allocation('genomics-2026', 'ceeabd6a810f4cbeb06ae0a7315ea7ff', CLUSTER, GENOMICS),
      allocation('old-cluster', '52ecfd72afb24983a5087ed4aa7126c6', WITHOUT_FIRECREST, CLIMATE),
    ],
  };
  return SeedSchema.parse(JSON.parse(rename(JSON.stringify(seed))));
}
