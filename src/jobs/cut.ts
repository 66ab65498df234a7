/** Text cut to `max` UTF-16 units (Slack counts no more than these). It ends with an ellipsis if it was cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
