import { request } from 'undici';
import {
  controlWords,
  type JobChange,
  type JobView,
  type Reply,
  type SlurmView,
  type ToSend,
  type Word,
} from './control-words.ts';
import type { Fault, FiredFault } from './faults.ts';
import type { LedgerEntry } from './ledger.ts';
import type { RoleName } from './seed.ts';

/** What tests and the demo can do to a sandbox, wherever it runs. People are named by their usernames. */
export interface WaldurControl {
  /** All requests since the one with this number, oldest first. */
  requests(after?: number): Promise<LedgerEntry[]>;
  fault(fault: Fault): Promise<void>;
  /** Faults that hit a request, with its number in the ledger. */
  faultsFired(): Promise<FiredFault[]>;
  /** Removes all faults, forgets which of them fired, and cuts hanging connections. */
  clearFaults(): Promise<void>;
  /** All rows, newest first. */
  jobs(): Promise<JobView[]>;
  /** Adds this many ended jobs, or these jobs. Returns their uuids in the same order. */
  addJobs(jobs: number | JobChange[]): Promise<string[]>;
  /** False if there is no such row. */
  setJob(uuid: string, fields: JobChange): Promise<boolean>;
  deleteJob(uuid: string): Promise<boolean>;
  /** The jobs in the clusters' accounting. */
  slurm(): Promise<SlurmView[]>;
  /** Sets the name or the state of a Slurm job. From then on it does not move by itself. */
  setSlurmJob(id: string, fields: { name?: string; state?: string }): Promise<boolean>;
  setUser(user: string, fields: ToSend<'setUser'>['fields']): Promise<void>;
  expireToken(user: string): Promise<void>;
  /** Takes the token away. Waldur then answers "Invalid token.", and nobody can impersonate its owner. */
  revokeToken(user: string): Promise<void>;
  /** Whoever is asked to act for this person afterwards acts as staff: Waldur ignores an unknown uuid. */
  deleteUser(user: string): Promise<void>;
  /** `scope` is the name of a project, or of an organisation for its owner; null takes the role away. */
  setRole(user: string, scope: string, role: RoleName | null): Promise<void>;
  behave(behaviour: ToSend<'behave'>): Promise<void>;
  /** A run of its own from the first person to the last; the time that it takes goes by at once. */
  runHourlyTask(): Promise<void>;
  /** Lets this many seconds go by at once, for Slurm, workers, tasks, tokens and stamps. */
  advance(seconds: number): Promise<void>;
  setSpeed(speed: number): Promise<void>;
  /** Resets everything to the start, with an empty ledger. */
  startOver(): Promise<void>;
}

/** A client of the control API of the sandbox at this address. */
export function controlWaldur(url: string): WaldurControl {
  async function say<W extends Word>(word: W, message: ToSend<W>): Promise<Reply<W>> {
    const answer = await request(`${url}/sandbox/${word}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    if (answer.statusCode !== 200) {
      throw new Error(`the sandbox refused ${word}: ${await answer.body.text()}`);
    }
    return readReply(word, await answer.body.json());
  }

  return {
    requests: (after = 0) => say('requests', { after }),
    fault: async (fault) => void (await say('fault', fault)),
    faultsFired: () => say('faultsFired', {}),
    clearFaults: async () => void (await say('clearFaults', {})),
    jobs: () => say('jobs', {}),
    addJobs: async (jobs) => (await say('addJobs', { jobs })).map((job) => job.uuid),
    setJob: async (uuid, fields) => (await say('setJob', { uuid, fields })).found,
    deleteJob: async (uuid) => (await say('deleteJob', { uuid })).found,
    slurm: () => say('slurm', {}),
    setSlurmJob: async (id, fields) => (await say('setSlurmJob', { id, fields })).found,
    setUser: async (user, fields) => void (await say('setUser', { user, fields })),
    expireToken: async (user) => void (await say('expireToken', { user })),
    revokeToken: async (user) => void (await say('revokeToken', { user })),
    deleteUser: async (user) => void (await say('deleteUser', { user })),
    setRole: async (user, scope, role) => void (await say('setRole', { user, scope, role })),
    behave: async (behaviour) => void (await say('behave', behaviour)),
    runHourlyTask: async () => void (await say('runHourlyTask', {})),
    advance: async (seconds) => void (await say('advance', { seconds })),
    setSpeed: async (speed) => void (await say('setSpeed', { speed })),
    startOver: async () => void (await say('startOver', {})),
  };
}

function readReply<W extends Word>(word: W, body: unknown): Reply<W> {
  const [, reply] = controlWords[word];
  return reply.parse(body);
}
