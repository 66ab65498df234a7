import type { HomeView, KnownBlock } from '@slack/types';
import type { Allocation } from '../jobs/job.ts';
import type { Past } from '../jobs/past.ts';
import { isEnd } from '../jobs/phase.ts';
import { bars } from './allocation-usage.ts';
import { brief } from './asked.ts';
import {
  againChoices,
  type Choosable,
  editChoice,
  myJobs,
  refreshChoice,
  submitAScript,
} from './choices.ts';
import { actions, button, type Choice, more, section, smallPrint } from './message.ts';
import { headline, type Told } from './state.ts';
import { story } from './story.ts';
import { code, link, named } from './text.ts';

/** A followed job as Home shows it. */
export interface HomeJob extends Choosable, Told {
  slurmId: string;
  projectName: string;
  submittedAt: Date;
  seenAt: Date;
  past: Past;
  /** Where its card is: the address of that message (null before it is posted), and the channel (null if direct). */
  card: string | null;
  channel: string | null;
}

/** What Home shows a person who is connected. */
interface HomeProps {
  fullName: string;
  username: string;
  going: HomeJob[];
  ended: HomeJob[];
  allocations: Allocation[];
}

/** Slack takes 100 blocks; what is above and below the allocations takes 70 at most. */
const MOST_ALLOCATIONS = 25;

/** The Home tab: the jobs that one follows, and one's allocations. */
export function home(props: HomeProps): HomeView {
  const { going, ended, allocations } = props;
  const who = props.fullName === '' ? props.username : props.fullName;
  return {
    type: 'home',
    blocks: [
      section('*Your jobs*'),
      smallPrint([...counts(going), `connected as ${named(who)}`].join(' · ')),
      ...actions(
        button(submitAScript, 'primary'),
        button({ ...myJobs, label: 'All jobs' }),
        button({ label: 'Usage', intent: { do: 'usage' } }),
        button({ label: 'Help', intent: { do: 'help' } }),
      ),
      ...part('', going),
      ...(going.length + ended.length === 0 ? [section(nothing)] : []),
      ...part('*Ended last*', ended),
      ...(allocations.length === 0 ? [] : [divider, section('*Allocations*')]),
      ...allocations.slice(0, MOST_ALLOCATIONS).map((allocation) => section(bars(allocation))),
    ],
  };
}

/** The Home tab before a person is connected. */
export function homeToConnect(): HomeView {
  return {
    type: 'home',
    blocks: [
      section('*Run Slurm jobs from here*'),
      section(
        [
          '1. Connect your Waldur account.',
          '2. Send me a batch script, in a message to me or in a channel with a mention.',
          '3. Press *Submit…*. I follow the job in that thread until it ends.',
        ].join('\n'),
      ),
      ...actions(button({ label: 'Connect…', intent: { do: 'connect', next: null } }, 'primary')),
    ],
  };
}

const divider: KnownBlock = { type: 'divider' };

const nothing = 'You follow no jobs. Send me a batch script, or press *Submit a script…*.';

/** Such as `1 running`, `2 queued`. */
function counts(going: HomeJob[]): string[] {
  const byPhase = Map.groupBy(going, ({ phase }) => phase);
  return [...byPhase].map(([phase, jobs]) => `${jobs.length} ${phase}`);
}

function part(heading: string, jobs: HomeJob[]): KnownBlock[] {
  if (jobs.length === 0) return [];
  const rows = jobs.map((job, index) => ({
    ...section(rowText(job)),
    accessory: more(choices(job), `:${heading}${index}`),
  }));
  return [divider, ...(heading === '' ? [] : [section(heading)]), ...rows];
}

function rowText(job: HomeJob): string {
  const { past, slurmId, projectName } = job;
  const told = story(job, past, { createdAt: job.submittedAt, now: job.seenAt });
  const facts = [
    slurmId === '' ? 'no Slurm id yet' : code(slurmId),
    ...(projectName === '' ? [] : [named(projectName)]),
    ...(past.asked === null ? [] : brief(past.asked)),
    ...place(job),
  ].join(' · ');
  return [headline(job).shown, told, facts].filter((line) => line !== '').join('\n');
}

function place({ card, channel }: HomeJob): string[] {
  const where = channel === null ? 'direct message' : `<#${channel}>`;
  return card === null
    ? []
    : [`${link(card, 'card')} in ${channel === null ? `the ${where}` : where}`];
}

function choices(job: HomeJob): Choice[] {
  const details: Choice = { label: 'Details', intent: { do: 'show', job: job.uuid } };
  return isEnd(job.phase)
    ? [details, ...againChoices(job, job.past.asked)]
    : [details, ...refreshChoice(job), ...editChoice(job)];
}
