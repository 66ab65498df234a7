import { followSlurm } from './background-tasks.ts';
import { startClock } from './clock.ts';
import { addJob, oldJobs } from './control-jobs.ts';
import { demoSeed, emptySeed } from './demo-seed.ts';
import { scheduleHourlyTask } from './hourly.ts';
import type { Profile } from './rows.ts';
import { type Seed, SeedSchema } from './seed.ts';
import type { Behaviour, Site } from './site.ts';
import { startSlurm } from './slurm.ts';
import { makeWorld } from './world.ts';

/** The options of a Waldur. */
export interface SiteOptions extends Partial<Behaviour> {
  /** Which of the two Waldurs this is: docs/waldur.md has the table. */
  as: Profile;
  /** Simulated seconds per second; 1 by default. At 0, only `advance` moves the time. */
  speed?: number;
  /** People, projects and clusters: the demo's, the demo's without old jobs, or others. */
  seed?: 'demo' | 'empty' | Seed;
  /** Gets one line per event. */
  log?: (line: string) => void;
}

/** Puts data, time and clusters together and sets them going. */
export function makeSite(options: SiteOptions): Site {
  const { seed: wanted = 'demo' } = options;
  const named = { demo: demoSeed, empty: emptySeed };
  const seed = SeedSchema.parse(typeof wanted === 'string' ? named[wanted] : wanted);
  const clock = startClock(options.speed ?? 1);
  const site: Site = {
    as: options.as,
    behaviour: {
      hourlyTask: options.hourlyTask ?? 'works',
      deletion: options.deletion ?? 'at once',
      states: options.states ?? 'labels',
      afterUpload: options.afterUpload ?? 'works',
      language: options.language ?? 'en',
    },
    clock,
    world: makeWorld(seed, clock),
    clusters: new Map(),
    log: options.log ?? (() => undefined),
  };
  for (const cluster of seed.clusters) {
    const changed = (id: string, state: string) => {
      site.log(`slurm: job ${id} is ${state}`);
      if (site.as === 'documented') followSlurm(site, cluster.uuid, id);
    };
    site.clusters.set(cluster.uuid, startSlurm(cluster, clock, changed));
  }
  for (const row of oldJobs(site, seed.history)) addJob(site, row);
  if (site.as === 'recorded') scheduleHourlyTask(site);
  return site;
}
