/**
 * A failure that is explained in its message: a sentence or two for the person who asked, which say what
 * happened and what to do. Anything in it that came from outside is shown as plain text.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
}
