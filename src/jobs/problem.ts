/**
 * A failure whose message is meant for the person who asked: a sentence or two about what happened and what to do. The
 * message is plain text: escape it.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
}
