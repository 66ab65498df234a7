/**
 * The spellings under which Waldur may have an address that Slack knows, the likeliest first: Waldur tells
 * `Ana.Tamm@` from `ana.tamm@` (recorded), and mail does not. As Slack has it, in small letters, and with the
 * capitals of a name. Each is asked of Waldur as it stands; nothing looser than Waldur's own rule is compared here.
 */
export function spellings(address: string): string[] {
  const small = address.toLowerCase();
  const at = small.lastIndexOf('@');
  const capitals = small.slice(0, at).replace(/(^|[._-])[a-z]/g, (found) => found.toUpperCase());
  return [...new Set([address, small, capitals + small.slice(at)])];
}

/** Whether two addresses are one in Slack, where capitals do not count. Both are of ASCII (accounts/slack-member.ts). */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
