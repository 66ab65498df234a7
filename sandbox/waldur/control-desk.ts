import { addJob, changeJob, oldJobs, viewJob } from './control-jobs.ts';
import { controlWords, type Reply, type Sent, type Word } from './control-words.ts';
import type { Faults } from './faults.ts';
import { startHourlyTask } from './hourly.ts';
import { nameOf, uuidOfName } from './ids.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Site } from './site.ts';
import { removeJob, type User } from './world.ts';

type Desk = { [W in Word]: (message: Sent<W>) => Reply<W> };

/** Carries out the commands of the control API. */
export function makeDesk(
  site: Site,
  ledger: LedgerEntry[],
  faults: Faults,
  { cutHanging, startOver }: { cutHanging(): void; startOver(): void },
): (word: string, message: unknown) => unknown {
  const { world } = site;
  const desk: Desk = {
    requests: ({ after }) => ledger.slice(after),
    fault(fault) {
      faults.add(fault);
      return {};
    },
    faultsFired: () => faults.fired(),
    clearFaults() {
      faults.clear();
      cutHanging();
      return {};
    },
    jobs: () => world.jobs.toReversed().map((job) => viewJob(site, job)),
    addJobs({ jobs }) {
      const rows = typeof jobs === 'number' ? oldJobs(site, jobs) : jobs;
      return rows.map((row) => ({ uuid: addJob(site, row).uuid }));
    },
    setJob({ uuid, fields }) {
      const job = world.jobs.find((each) => each.uuid === uuid);
      if (job) changeJob(site, job, fields);
      return { found: job !== undefined };
    },
    deleteJob: ({ uuid }) => ({ found: removeJob(world, uuid) }),
    slurm: () =>
      [...site.clusters].flatMap(([uuid, slurm]) => {
        const cluster = nameOf(world.clusters, uuid);
        return slurm.all().map((job) => ({ cluster, ...job }));
      }),
    setSlurmJob: ({ id, fields }) => ({
      found: [...site.clusters.values()].map((slurm) => slurm.set(id, fields)).includes(true),
    }),
    setUser({ user, fields }) {
      const person = findUser(site, user);
      Object.assign(person, fields, { tokenUsed: site.clock.wall(), tokenExpired: false });
      return {};
    },
    expireToken({ user }) {
      findUser(site, user).tokenExpired = true;
      return {};
    },
    revokeToken({ user }) {
      findUser(site, user).token = null;
      return {};
    },
    deleteUser({ user }) {
      const person = findUser(site, user);
      world.users.splice(world.users.indexOf(person), 1);
      for (const job of world.jobs) if (job.user === person.uuid) job.user = null;
      return {};
    },
    setRole({ user, scope, role }) {
      const person = findUser(site, user);
      const uuid = uuidOfName([...world.projects, ...world.customers], scope);
      person.roles = person.roles.filter((each) => each.scope !== uuid);
      if (role) person.roles.push({ role, scope: uuid });
      return {};
    },
    behave(behaviour) {
      Object.assign(site.behaviour, behaviour);
      return {};
    },
    runHourlyTask() {
      site.clock.advance(startHourlyTask(site));
      return {};
    },
    advance({ seconds }) {
      site.clock.advance(seconds);
      return {};
    },
    setSpeed({ speed }) {
      site.clock.setSpeed(speed);
      return {};
    },
    startOver() {
      startOver();
      return {};
    },
  };

  function obey<W extends Word>(word: W, message: unknown): Reply<W> {
    const [schema] = controlWords[word];
    return desk[word](schema.parse(message));
  }
  return (word, message) => {
    if (!isWord(word)) throw new Error(`no such command: ${word}`);
    return obey(word, message);
  };
}

function isWord(word: string): word is Word {
  return Object.hasOwn(controlWords, word);
}

function findUser(site: Site, username: string): User {
  const user = site.world.users.find((each) => each.username === username);
  if (!user) throw new Error(`no such person: ${username}`);
  return user;
}
