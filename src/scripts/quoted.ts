/** A piece of foreign text as a sentence can carry it: one line, 60 characters at most. Still to be escaped. */
export function quoted(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  return characters.length <= 60 ? characters.join('') : `${characters.slice(0, 59).join('')}…`;
}
