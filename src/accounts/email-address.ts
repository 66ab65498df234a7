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

/** True if two ASCII addresses (accounts/slack-member.ts) are the same in Slack, which ignores case. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
