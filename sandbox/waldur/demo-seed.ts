import { fakeToken, uuidOf } from './ids.ts';
import type { Seed } from './seed.ts';

type Role = 'PROJECT.ADMIN' | 'PROJECT.MEMBER' | 'CUSTOMER.OWNER';

const CUSTOMER = uuidOf('customer university');
const BIO = uuidOf('project bio');
const CLIMATE = uuidOf('project climate');
const CLUSTER = uuidOf('cluster hydra');
const OLD_CLUSTER = uuidOf('cluster old');

function person(username: string, fullName: string, roles: [Role, string][], more = {}) {
  return {
    uuid: uuidOf(`user ${username}`),
    username,
    fullName,
    email: `${username}@lab.example`,
    token: fakeToken(username),
    roles: roles.map(([role, scope]) => ({ role, scope })),
    ...more,
  };
}

function allocation(
  name: string,
  cluster: string,
  project: string,
  gpu: [used: number, of: number],
) {
  return {
    uuid: uuidOf(`allocation ${name}`),
    name,
    cluster,
    project,
    limit: { cpu: 100_000, gpu: gpu[1], ram: 400_000 },
    usage: { cpu: 41_000, gpu: gpu[0], ram: 96_000 },
  };
}

/** The people of the demo, with names and addresses as in the local Slack. Tokens: `fakeToken('ana')` and so on. */
export const demoSeed: Seed = {
  customers: [{ uuid: CUSTOMER, name: 'University of Example', abbreviation: 'UEX' }],
  projects: [
    { uuid: BIO, name: 'bio', customer: CUSTOMER },
    { uuid: CLIMATE, name: 'climate', customer: CUSTOMER },
  ],
  users: [
    person('ana', 'Ana Tamm', [
      ['PROJECT.ADMIN', BIO],
      ['PROJECT.ADMIN', CLIMATE],
    ]),
    person('ben', 'Ben Okafor', [['PROJECT.ADMIN', CLIMATE]]),
    person('mia', 'Mia Lind', [['PROJECT.MEMBER', BIO]]),
    person('stan', 'Stan Novak', [], { staff: true }),
    // Olga never signed in through the cluster's identity provider: her jobs end Erred.
    person('olga', 'Olga Petrova', [['CUSTOMER.OWNER', CUSTOMER]], { oauth: false }),
    person('eve', 'Eve Moreau', []),
  ],
  clusters: [
    { uuid: CLUSTER, name: 'Hydra' },
    { uuid: OLD_CLUSTER, name: 'Old cluster', firecrest: false },
  ],
  allocations: [
    allocation('bio-gpu', CLUSTER, BIO, [820, 1000]),
    allocation('climate-2026', CLUSTER, CLIMATE, [0, 500]),
    allocation('bio-old', OLD_CLUSTER, BIO, [0, 0]),
  ],
  history: 14,
};

/** The same without old jobs. */
export const emptySeed: Seed = { ...demoSeed, history: 0 };
