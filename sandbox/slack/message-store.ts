import type { Message } from './types.ts';

/** The messages of all conversations, oldest first, ephemeral ones among them. */
export type MessageStore = {
  add(message: Message): void;
  remove(message: Message): void;
  /** A message that is really in the conversation, by its timestamp. */
  find(channel: string, ts: string): Message | undefined;
  /** What `user` sees under this timestamp: an ephemeral one only if it is theirs. */
  findSeen(channel: string, ts: string, user: string): Message | undefined;
  /** All messages that are really in the conversation. */
  history(channel: string): Message[];
  /** All messages that `user` sees there. */
  seenBy(channel: string, user: string): Message[];
  /** The replies to a message, without the message itself. */
  replies(channel: string, threadTs: string): Message[];
};

export function createMessageStore(): MessageStore {
  const all = new Map<string, Message[]>();
  const inChannel = (channel: string): Message[] => all.get(channel) ?? [];
  const history = (channel: string): Message[] =>
    inChannel(channel).filter((one) => one.to === undefined);
  const replies = (channel: string, threadTs: string): Message[] =>
    history(channel).filter((one) => one.thread_ts === threadTs && one.ts !== threadTs);
  // Slack shows an ephemeral message in a thread only if the thread already has replies.
  const isShown = (one: Message): boolean =>
    one.to === undefined ||
    one.thread_ts === undefined ||
    replies(one.channel, one.thread_ts).length > 0;
  const seenBy = (channel: string, user: string): Message[] =>
    inChannel(channel).filter((one) => (one.to ?? user) === user && isShown(one));
  return {
    add(message) {
      const there = all.get(message.channel);
      if (there === undefined) all.set(message.channel, [message]);
      else there.push(message);
    },
    remove: (message) =>
      all.set(
        message.channel,
        inChannel(message.channel).filter((one) => one !== message),
      ),
    find: (channel, ts) => history(channel).find((one) => one.ts === ts),
    findSeen: (channel, ts, user) => seenBy(channel, user).find((one) => one.ts === ts),
    history,
    seenBy,
    replies,
  };
}
