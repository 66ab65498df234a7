/** The words of the workspace: what the server keeps about people, conversations and messages. */

/** A JSON object whose keys are not known beforehand. */
export type Json = Record<string, unknown>;

/** A member of the workspace, as users.info and the payloads need them. */
export type Member = {
  id: string;
  name: string;
  real_name: string;
  email: string;
  tz: string;
  tz_label: string;
  /** Seconds east of UTC. */
  tz_offset: number;
  deleted: boolean;
  is_restricted: boolean;
  is_bot: boolean;
  is_email_confirmed: boolean;
  /** From another organisation (Slack Connect). */
  is_stranger: boolean;
};

export type ChannelKind = 'public' | 'private' | 'mpim' | 'im';

/** A conversation: a channel, or the direct messages between two members (`im`) or a few (`mpim`). */
export type Channel = {
  id: string;
  kind: ChannelKind;
  name: string;
  members: string[];
  is_archived: boolean;
  /** True if another organisation is in it. */
  is_ext_shared: boolean;
  /** Seconds since the epoch. */
  created: number;
};

export type Metadata = { event_type: string; event_payload: Json };

/** A message as it is stored. `to` is set for an ephemeral one: the only person who sees it. */
export type Message = {
  channel: string;
  ts: string;
  user: string;
  by_app: boolean;
  text: string;
  blocks: Json[];
  /** False if Slack made the blocks from the text itself. */
  has_own_blocks: boolean;
  attachments: Json[];
  files: string[];
  thread_ts: string | undefined;
  broadcast: boolean;
  metadata: Metadata | undefined;
  edited_ts: string | undefined;
  to: string | undefined;
  client_msg_id: string | undefined;
  reactions: { name: string; users: string[] }[];
};

/** `quip` is a canvas and `space` a post. Both are served as HTML, like an e-mail. */
export type FileMode = 'hosted' | 'snippet' | 'external' | 'tombstone' | 'quip' | 'space' | 'email';

/** A place where a file was shared: the channel and the message. */
type Share = { channel: string; ts: string; thread_ts: string | undefined };

/** A file of the workspace with its bytes. */
export type StoredFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  filetype: string;
  mode: FileMode;
  user: string;
  by_app: boolean;
  /** Seconds since the epoch. */
  created: number;
  bytes: Uint8Array;
  /** The first lines and their number, for text only. */
  preview: Json;
  shares: Share[];
  /** True for a file that a person put in the app's own modal: the app may read it though nobody shared it. */
  handed_over: boolean;
  /** True for a file of another workspace (Slack Connect). */
  connect: boolean;
  /** False while an external upload has not been completed. */
  complete: boolean;
};
