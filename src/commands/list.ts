import { type Cursor, isOlder, readStretch, type Stretch } from '../api/paging.ts';
import { LARGEST_PAGE, type ReadPage, SCAN_LIMIT } from '../api/scan.ts';
import { followProblem } from '../interaction/access.ts';
import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { offersTo } from '../interaction/offers.ts';
import { withSubmittedNames } from '../interaction/whole-job.ts';
import { formatFilter, matches, parseFilter } from '../jobs/filter.ts';
import type { ListedJob } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { groupTwins, type JobGroup } from '../jobs/twins.ts';
import { namesOf } from '../store/accounts.ts';
import { leftRows } from '../store/seen-rows.ts';
import type { IntentTo } from '../views/intent.ts';
import { jobList, type Row } from '../views/job-list.ts';

const PAGE = 10;
/** Records read for a list without a filter: enough for ten jobs and most of their twins. */
const WINDOW = 100;

type Wish = IntentTo<'list'>;

/** Jobs newest first, ten at a time. */
export const list: Command<Wish> = {
  name: 'list',
  typed: {
    aliases: ['ls', 'jobs', 'status', 'queue', 'squeue'],
    usage: 'list [all] [running|queued|failed|…] [project:NAME] [words]',
    summary: 'Your jobs, newest first; with all everything that you may see',
    parse(words) {
      const parsed = parseFilter(words);
      if ('problem' in parsed) throw new Problem(parsed.problem);
      return { do: 'list', filter: parsed.filter, move: null, post: false };
    },
  },
  purpose: 'list your jobs',
  async run(context, interaction, wish) {
    const { waldur, account } = await context.accounts.actingAs(interaction);
    const left = new Set<string>();
    const read: ReadPage<ListedJob> = async (number, size) => {
      const { rows, ...rest } = await waldur.listListed(number, size);
      for (const uuid of await leftRows(context.db, rows)) left.add(uuid);
      return { ...rest, rows: await withSubmittedNames(context, interaction.team, rows) };
    };
    const keep: Keep = ({ job, phase }) => matches(wish.filter, job, account.waldurUuid, phase);
    const page = await readPage(read, wish, { keep, left });
    const { misfits } = page.stretch;
    if (misfits.length > 0) {
      interaction.log.warn('records could not be read', {
        fields: misfits.slice(0, 3).join(' · '),
      });
    }
    const refusedIn = await offersTo(context, { account, waldur });
    const rows = await withOwners(context, interaction, page.groups);
    const props = { ...listProps(interaction, wish, page, rows), refusedIn };
    if (wish.post) await admitPost(context, interaction);
    const inPlace = wish.move !== null || wish.here === true;
    const postedBy = account.fullName || account.username;
    if (wish.post) await interaction.share(jobList({ ...props, postedBy }));
    else await interaction.answer(jobList(props), inPlace);
  },
};

async function admitPost(context: Context, { channel }: Interaction): Promise<void> {
  const problem = await followProblem(context, channel);
  if (problem !== null) throw new Problem(`${problem} Nothing was posted.`);
}

/** Up to ten jobs of a stretch, and whether there are more on either side. */
interface ListPage {
  stretch: Stretch<ListedJob>;
  groups: JobGroup[];
  newer: boolean;
  older: boolean;
  /** How many jobs of the list come before; null if they are not counted. */
  before: number | null;
  /** How many there are; null if that is not known. */
  jobs: number | null;
}

/** Waldur itself pages everything that a person may see. Filtered lists are searched for. */
const isFiltered = ({ filter }: Wish) => formatFilter(filter) !== 'all';

type Keep = (group: JobGroup) => boolean;

async function readPage(
  read: ReadPage<ListedJob>,
  wish: Wish,
  { keep, left }: { keep: Keep; left: ReadonlySet<string> },
): Promise<ListPage> {
  const filtered = isFiltered(wish);
  const cursor = wish.move === null ? null : { ...wish.move, created: new Date(wish.move.created) };
  const direction = wish.move?.to ?? 'older';
  const beyond = (stretch: Stretch<ListedJob>) =>
    groupTwins(stretch.rows, {
      left,
      fromTop: stretch.firstRank === 0,
      toEnd: stretch.end,
      isRead: stretch.misfits.length === 0,
    }).filter(
      (group) =>
        keep(group) &&
        (cursor === null ||
          (group.job.uuid !== cursor.uuid &&
            isOlder(stretch.rows, group.job, cursor) === (direction === 'older'))),
    );
  const stretch = await readStretch(read, {
    cursor,
    direction,
    pageSize: filtered ? LARGEST_PAGE : WINDOW,
    limit: SCAN_LIMIT,
    enough: (soFar) => beyond(soFar).length > PAGE,
  });
  const found = beyond(stretch);
  const groups = direction === 'older' ? found.slice(0, PAGE) : found.slice(-PAGE);
  const rest = found.length > PAGE;
  const given = wish.move === null ? 0 : (wish.move.before ?? null);
  if (direction === 'older') {
    const jobs = given !== null && stretch.end ? given + found.length : null;
    const older = rest || (!filtered && !stretch.end);
    return { stretch, groups, newer: cursor !== null, older, before: given, jobs };
  }
  const before = given === null ? null : Math.max(0, given - groups.length);
  const newer = rest || stretch.firstRank > 0;
  return { stretch, groups, newer, older: cursor !== null, before, jobs: null };
}

/** Jobs with the names of those who submitted them, as far as they have told the bot who they are. */
async function withOwners(
  { db }: Context,
  { team }: Interaction,
  groups: JobGroup[],
): Promise<Row[]> {
  const uuids = groups.flatMap(({ job }) => (job.userUuid === null ? [] : [job.userUuid]));
  const names = await namesOf(db, team, uuids);
  return groups.map(({ job, phase, tasks }) => {
    const ownerName = names.get(job.userUuid ?? '') ?? '';
    return { ...job, phase, tasks, ownerName };
  });
}

function listProps(interaction: Interaction, wish: Wish, page: ListPage, jobs: Row[]) {
  const { stretch, groups, before } = page;
  const filtered = isFiltered(wish);
  const first = groups.at(0);
  const last = groups.at(-1);
  const to = (direction: 'older' | 'newer', { uuid, created, rank }: Cursor): Wish => {
    const past = before === null ? null : before + (direction === 'older' ? groups.length : 0);
    const move = { to: direction, uuid, created: created.getTime(), rank };
    return { ...wish, move: past === null || !filtered ? move : { ...move, before: past } };
  };
  const bottom = stretch.rows.at(-1);
  const further = filtered && !stretch.end && !page.older && bottom !== undefined;
  return {
    jobs,
    range: first && last ? range(page, filtered, first.job, last.job) : null,
    of: filtered ? ofJobs(page) : ofRecords(stretch),
    total: stretch.total,
    filter: wish.filter,
    searched: stretch.firstRank + stretch.rows.length,
    unread: stretch.misfits.length,
    newer: page.newer && first ? to('newer', cursorOf(stretch, first.job)) : null,
    older: page.older && last ? to('older', cursorOf(stretch, last.job)) : null,
    further: further ? to('older', cursorOf(stretch, bottom)) : null,
    post: interaction.direct || groups.length === 0 ? null : { ...wish, post: true },
    postedBy: null,
  };
}

/**
 * Numbers of jobs if they were searched for, otherwise ranks among Waldur's records; from 1, including twins above the
 * first job or below the last.
 */
function range(page: ListPage, filtered: boolean, first: ListedJob, last: ListedJob) {
  const { stretch, newer, older, before, groups } = page;
  if (filtered) {
    return before === null ? null : { from: before + 1, to: before + groups.length };
  }
  return {
    from: newer ? cursorOf(stretch, first).rank + 1 : 1,
    to: older ? cursorOf(stretch, last).rank + 1 : stretch.firstRank + stretch.rows.length,
  };
}

const ofJobs = ({ jobs }: ListPage) =>
  jobs === null ? null : { number: jobs, noun: 'job' as const };

const ofRecords = ({ total }: Stretch<ListedJob>) =>
  total === null ? null : { number: total, noun: 'record' as const };

function cursorOf({ rows, firstRank }: Stretch<ListedJob>, job: ListedJob): Cursor {
  const index = rows.findIndex(({ uuid }) => uuid === job.uuid);
  return { uuid: job.uuid, created: job.created, rank: firstRank + index };
}
