import { Problem } from '../jobs/problem.ts';

/** What Slack says about a person that decides whether their address can be trusted. */
export interface SlackMember {
  /** True if they belong to the workspace in which the bot is installed. */
  isHome: boolean;
  isBot: boolean;
  isGuest: boolean;
  isDeactivated: boolean;
  /** Null if Slack does not say (scope users:read.email). */
  email: string | null;
  isEmailConfirmed: boolean;
}

/**
 * The address by which a person may be found in Waldur. It must be confirmed, and belong to a full member of the home
 * workspace: nobody there checked the addresses of guests and of other organisations' people. It must be ASCII: in
 * other alphabets, different addresses can look alike, and changing case changes letters.
 * @throws Problem for everybody else
 */
export function addressOf(member: SlackMember): string {
  if (member.isDeactivated) throw new Problem('This Slack account is deactivated.');
  if (member.isBot) throw new Problem('The bot does not act for other bots.');
  if (!member.isHome) {
    throw new Problem(
      'The bot acts only for members of its own workspace, not for people from other organisations.',
    );
  }
  if (member.isGuest) {
    throw new Problem('The bot acts only for full members of this workspace, not for guests.');
  }
  if (member.email === null || member.email === '') {
    throw new Problem(
      'Slack does not tell the bot your address (scope users:read.email). Tell the people who run the bot.',
    );
  }
  if (!member.isEmailConfirmed) {
    throw new Problem(
      'Your address in Slack is not confirmed. Confirm it, then use /slurm connect again.',
    );
  }
  if (!/^[\x21-\x7e]+$/.test(member.email)) {
    throw new Problem(
      'Your address in Slack has letters that cannot be compared safely with Waldur’s. Ask the people who run me which other way there is.',
    );
  }
  return member.email;
}

/**
 * The spellings under which Waldur may know an address from Slack, the likeliest first: as Slack has it, in lower case,
 * and capitalised like a name. Waldur distinguishes `Ana.Tamm@` from `ana.tamm@` (recorded); mail does not. Waldur is
 * asked for each spelling as it is: no comparison here is looser than Waldur's own.
 */
export function spellings(address: string): string[] {
  const small = address.toLowerCase();
  const at = small.lastIndexOf('@');
  const capitals = small.slice(0, at).replace(/(^|[._-])[a-z]/g, (found) => found.toUpperCase());
  return [...new Set([address, small, capitals + small.slice(at)])];
}

/** True if two ASCII addresses are the same in Slack, which ignores case. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
