/** A file as Slack describes it in answers and payloads. */
import { defined } from './json.ts';
import { botIsIn } from './membership.ts';
import type { ChannelKind, Json, StoredFile } from './types.ts';
import type { Workspace } from './workspace.ts';
import { TEAM } from './world.ts';

/** True if the bot may see a file: it made it, received it, or is in a place where it was shared. */
export function appSeesFile(space: Workspace, file: StoredFile): boolean {
  if (file.by_app || file.handed_over) return true;
  return file.shares.some((share) => {
    const channel = space.channels.get(share.channel);
    return channel !== undefined && (channel.kind === 'public' || botIsIn(channel));
  });
}

/** The file as messages and events carry it. For a file from another workspace they only refer to files.info. */
export function fileObject(space: Workspace, file: StoredFile): Json {
  if (file.mode === 'tombstone') return { id: file.id, mode: 'tombstone' };
  if (file.connect)
    return { id: file.id, created: 0, timestamp: 0, user: '', file_access: 'check_file_info' };
  return wholeObject(space, file);
}

function wholeObject(space: Workspace, file: StoredFile): Json {
  const isExternal = file.mode === 'external';
  const path = encodeURIComponent(file.name);
  const permalink = `https://${TEAM.domain}.slack.com/files/${file.user}/${file.id}/${path}`;
  const host = `${space.url}/files-pri/${TEAM.id}-${file.id}`;
  return defined({
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.filetype,
    pretty_type: prettyType(file.filetype),
    user: file.user,
    user_team: TEAM.id,
    editable: file.mode === 'snippet',
    size: isExternal ? 0 : file.bytes.byteLength,
    mode: file.mode,
    is_external: isExternal,
    external_type: isExternal ? 'gdrive' : '',
    is_public: file.shares.some(({ channel }) => space.channels.get(channel)?.kind === 'public'),
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: isExternal ? `https://drive.example/${file.id}/${path}` : `${host}/${path}`,
    url_private_download: isExternal ? undefined : `${host}/download/${path}`,
    permalink,
    permalink_public: `https://slack-files.com/${TEAM.id}-${file.id}`,
    has_rich_preview: false,
    file_access: 'visible',
    ...(file.mode === 'snippet' ? { ...file.preview, edit_link: `${permalink}/edit` } : {}),
  });
}

const prettyType = (filetype: string): string =>
  ({
    text: 'Plain Text',
    shell: 'Shell',
    python: 'Python',
    binary: 'Binary',
    quip: 'Canvas',
    space: 'Post',
    email: 'Email',
  })[filetype] ?? filetype.toUpperCase();

/** The file and the places where it was shared, as files.info and files.completeUploadExternal answer. */
export function sharedFileObject(space: Workspace, file: StoredFile): Json {
  const idsOf = (kind: ChannelKind): string[] => [
    ...new Set(
      file.shares
        .map(({ channel }) => channel)
        .filter((id) => space.channels.get(id)?.kind === kind),
    ),
  ];
  return {
    ...wholeObject(space, file),
    channels: idsOf('public'),
    groups: [...idsOf('private'), ...idsOf('mpim')],
    ims: idsOf('im'),
    comments_count: 0,
    shares: defined({
      public: sharesIn(space, file, (kind) => kind === 'public'),
      private: sharesIn(space, file, (kind) => kind !== 'public'),
    }),
  };
}

/** Maps a channel id to the messages there that carry the file. This proves that a file belongs to a message. */
function sharesIn(
  space: Workspace,
  file: StoredFile,
  wanted: (kind: ChannelKind) => boolean,
): Json | undefined {
  const found: Record<string, Json[]> = {};
  for (const { channel, ts, thread_ts } of file.shares) {
    const place = space.channels.get(channel);
    if (place === undefined || !wanted(place.kind)) continue;
    const replies = space.messages.replies(channel, ts);
    const share = defined({
      reply_users: [...new Set(replies.map((one) => one.user))],
      reply_users_count: new Set(replies.map((one) => one.user)).size,
      reply_count: replies.length,
      ts,
      thread_ts,
      latest_reply: replies.at(-1)?.ts,
      channel_name: place.kind === 'im' ? '' : place.name,
      team_id: TEAM.id,
      share_user_id: file.user,
      source: 'UNKNOWN',
    });
    found[channel] = [...(found[channel] ?? []), share];
  }
  return Object.keys(found).length === 0 ? undefined : found;
}
