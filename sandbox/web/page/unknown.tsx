/** A part that the page cannot draw: its type, and all of it as JSON. */
export function Unknown({ part, why }: { part: unknown; why: string }) {
  return (
    <div className="unknown">
      <strong>Not drawn here: {why}</strong>
      <pre>{JSON.stringify(part, null, 2)}</pre>
    </div>
  );
}
