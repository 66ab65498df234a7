import { newSecret } from './ids.ts';
import { SlackError } from './slack-error.ts';

/** The meaning of a trigger_id: who acted, in which conversation and in which view. */
export type Trigger = { user: string; channel: string | undefined; view: string | undefined };

type Issued = Trigger & { expires: number; used: boolean };

export type Triggers = {
  issue(trigger: Trigger): string;
  /** Looks at a trigger without using it up. Throws invalid_, exchanged_ or expired_trigger_id. */
  check(id: string): Trigger;
  /** Uses the trigger up: a second use is exchanged_trigger_id. */
  use(id: string): void;
  expireAll(): void;
  /** Sets how long triggers live from now on, in milliseconds. Below 0, they expire before anybody can use them. */
  setLife(ms: number): void;
};

/** Trigger ids that live for `lifeMs` milliseconds (Slack: 3,000) and serve once. */
export function createTriggers(lifeMs: number): Triggers {
  const issued = new Map<string, Issued>();
  let life = lifeMs;
  return {
    issue(trigger) {
      const id = `${Date.now()}.${issued.size + 1}.${newSecret(16)}`;
      issued.set(id, { ...trigger, expires: Date.now() + life, used: false });
      return id;
    },
    check(id) {
      const found = issued.get(id);
      if (found === undefined) throw new SlackError('invalid_trigger_id');
      if (found.used) throw new SlackError('exchanged_trigger_id');
      if (Date.now() > found.expires) throw new SlackError('expired_trigger_id');
      return found;
    },
    use(id) {
      const found = issued.get(id);
      if (found !== undefined) found.used = true;
    },
    expireAll() {
      for (const one of issued.values()) one.expires = 0;
    },
    setLife(ms) {
      life = ms;
    },
  };
}
