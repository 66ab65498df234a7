import { type Cursor, isOlder, readStretch, type Stretch } from '../api/paging.ts';
import { LARGEST_PAGE, type ReadPage, SCAN_LIMIT } from '../api/scan.ts';
import { followProblem } from '../interaction/access.ts';
import type { Command } from '../interaction/command.ts';
import type { Context } from '../interaction/context.ts';
import type { Interaction } from '../interaction/interaction.ts';
import { withSubmittedNames } from '../interaction/whole-job.ts';
import { formatFilter, matches, parseFilter } from '../jobs/filter.ts';
import type { ListedJob } from '../jobs/job.ts';
import { Problem } from '../jobs/problem.ts';
import { groupTwins, type JobGroup } from '../jobs/twins.ts';
import { leftRows } from '../store/seen-rows.ts';
import type { IntentTo } from '../views/intent.ts';
import { jobList } from '../views/list.ts';

const PAGE = 10;
/** Records read for a list without a filter: enough for ten jobs and most of their twins. */
const WINDOW = 100;

type Wish = IntentTo<'list'>;

/** Jobs newest first, ten at a time. */
export const list: Command<Wish> = {
  name: 'list',
  typed: {
    aliases: ['ls', 'jobs'],
    usage: 'list [mine] [running|queued|failed|…] [project:NAME] [words]',
    summary: 'Your jobs, newest first',
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
    const refusedIn = (projectName: string) =>
      context.abilities.refused({ person: account.waldurUuid, projectName });
    const props = { ...listProps(context, interaction, wish, page), refusedIn };
    if (wish.post) await admitPost(context, interaction);
    if (wish.post) await interaction.share(jobList({ ...props, ...noMoves }));
    else await interaction.answer(jobList(props), wish.move !== null);
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
}

type Keep = (group: JobGroup) => boolean;

async function readPage(
  read: ReadPage<ListedJob>,
  wish: Wish,
  { keep, left }: { keep: Keep; left: ReadonlySet<string> },
): Promise<ListPage> {
  const filtered = formatFilter(wish.filter) !== '';
  const cursor = wish.move === null ? null : { ...wish.move, created: new Date(wish.move.created) };
  const direction = wish.move?.to ?? 'older';
  const beyond = (stretch: Stretch<ListedJob>) =>
    groupTwins(stretch.rows, { left, fromTop: stretch.firstRank === 0, toEnd: stretch.end }).filter(
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
  return direction === 'older'
    ? { stretch, groups, newer: cursor !== null, older: rest || (!filtered && !stretch.end) }
    : { stretch, groups, newer: rest || stretch.firstRank > 0, older: cursor !== null };
}

const noMoves = { newer: null, older: null, further: null, post: null, posted: true };

function listProps(context: Context, interaction: Interaction, wish: Wish, page: ListPage) {
  const { stretch, groups } = page;
  const filter = formatFilter(wish.filter);
  const first = groups.at(0);
  const last = groups.at(-1);
  const to = (direction: 'older' | 'newer', { uuid, created, rank }: Cursor): Wish => ({
    ...wish,
    move: { to: direction, uuid, created: created.getTime(), rank },
  });
  const bottom = stretch.rows.at(-1);
  const further = filter !== '' && !stretch.end && !page.older && bottom !== undefined;
  return {
    jobs: groups.map(({ job, phase, tasks }) => ({ ...job, phase, tasks })),
    range: filter === '' && first && last ? range(page, first.job, last.job) : null,
    total: stretch.total,
    filter,
    searched: stretch.firstRank + stretch.rows.length,
    unread: stretch.misfits.length,
    now: context.now(),
    newer: page.newer && first ? to('newer', cursorOf(stretch, first.job)) : null,
    older: page.older && last ? to('older', cursorOf(stretch, last.job)) : null,
    further: further ? to('older', cursorOf(stretch, bottom)) : null,
    post: interaction.direct || groups.length === 0 ? null : { ...wish, post: true },
    posted: false,
  };
}

/** Ranks among Waldur's records, from 1, including twins above the first job or below the last. */
function range({ stretch, newer, older }: ListPage, first: ListedJob, last: ListedJob) {
  return {
    from: newer ? cursorOf(stretch, first).rank + 1 : 1,
    to: older ? cursorOf(stretch, last).rank + 1 : stretch.firstRank + stretch.rows.length,
  };
}

function cursorOf({ rows, firstRank }: Stretch<ListedJob>, job: ListedJob): Cursor {
  const index = rows.findIndex(({ uuid }) => uuid === job.uuid);
  return { uuid: job.uuid, created: job.created, rank: firstRank + index };
}
