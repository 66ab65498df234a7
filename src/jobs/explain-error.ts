import { cut } from './cut.ts';

/** What Waldur's error message means for the person who submitted the job. */
interface ErrorExplanation {
  /**
   * Who has to act: the person has to sign in, an operator has to help, or Slurm refused the script. 'warning' means
   * that Slurm only warned and may have accepted the job.
   */
  kind: 'sign-in' | 'operator' | 'slurm' | 'warning' | 'unknown';
  /** True if Slurm may have the job anyway: submitting again could run it twice. */
  perhaps: boolean;
  /**
   * What happened and what to do, without paths, since others read it, too. It follows a colon ("train was not
   * submitted: …"), so it may start in lower case; it ends with a full stop. It can quote Slurm: escape it.
   */
  sentence: string;
  /** The lines of Waldur or Slurm, separated where they came glued together. Only for the person who asks. */
  said: string[];
}

/** Explains the `error_message` of an erred job (messages as recorded, docs/slurm.md). */
export function explainError(errorMessage: string): ErrorExplanation {
  const said = splitLines(errorMessage);
  const verdict = known(errorMessage.trim()) ?? slurms(said) ?? unknown(said);
  return { perhaps: verdict.kind === 'warning', ...verdict, said };
}

type Verdict = Omit<ErrorExplanation, 'said' | 'perhaps'> & { perhaps?: true };

/**
 * Waldur hands a script to FirecREST, and then asks for the result. If the second step fails, Slurm has the job
 * (docs/slurm.md), and the message does not say which step failed.
 */
const perhaps =
  'Slurm may have the job all the same: look for it in the queue before you submit it again.';

const signIn = 'Sign in to Waldur through the cluster’s identity provider, then press Try again.';

const messages = new Map<string, Verdict>([
  [
    'oauth token is not found',
    { kind: 'sign-in', sentence: `Waldur has no sign-in to the cluster of yours. ${signIn}` },
  ],
  [
    'access token is not found',
    { kind: 'sign-in', sentence: `your sign-in to the cluster has expired. ${signIn}` },
  ],
  [
    'unable to perform firecrest api request',
    {
      kind: 'operator',
      sentence: `Waldur could not talk to the cluster’s interface to the end. ${perhaps} If it fails again, tell the people who run Waldur.`,
      perhaps: true,
    },
  ],
  [
    'service does not have firecrest api url',
    {
      kind: 'operator',
      sentence:
        'this Waldur does not know how to reach the cluster (no FirecREST address is set). Tell the people who run Waldur.',
    },
  ],
]);

function known(message: string): Verdict | undefined {
  const status = /^Message: .*, status code: (\d{3})$/is.exec(message)?.[1];
  return status === undefined
    ? messages.get(message.toLowerCase().replace(/\.$/, ''))
    : byStatus(Number(status));
}

/** Answers of FirecREST of which Waldur keeps only the status. */
function byStatus(status: number): Verdict {
  if (status === 401) {
    return {
      kind: 'sign-in',
      sentence: `the cluster did not accept your sign-in (401). ${perhaps} If it is not there, sign in to Waldur through the cluster’s identity provider first.`,
      perhaps: true,
    };
  }
  if (status === 403) {
    return {
      kind: 'operator',
      sentence: `the cluster did not let you in (403). ${perhaps} If it is not there, ask the cluster’s support whether your account is active.`,
      perhaps: true,
    };
  }
  if (status === 400 || status === 413) {
    const why =
      status === 400 ? 'without saying why, as it does with an empty one' : 'as too large';
    return { kind: 'slurm', sentence: `the cluster refused the script ${why} (${status}).` };
  }
  return {
    kind: 'operator',
    sentence: `the cluster’s interface failed (${status}). ${perhaps} If it fails again, tell the people who run the cluster.`,
    perhaps: true,
  };
}

/** FirecREST treats everything that sbatch prints to stderr as an error, and glues its lines together. */
function splitLines(text: string): string[] {
  return text
    .split(/[\r\n]+|(?=sbatch:)|(?=Try "sbatch --help")|(?=Submitted batch job \d)/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const submitted = /^Submitted batch job \d/;
/** Lines after which sbatch gives up, in its own words or getopt's. All others are warnings or notes. */
const fatal = /^sbatch: (error|fatal|unrecogni[sz]ed|invalid|option|ambiguous)\b/i;

function slurms(said: string[]): Verdict | undefined {
  if (!said.some((line) => submitted.test(line) || line.startsWith('sbatch:'))) return undefined;
  const accepted = said.some((line) => submitted.test(line));
  if (accepted || !said.some((line) => fatal.test(line))) {
    return {
      kind: 'warning',
      sentence:
        'Slurm warned, and may have accepted the job: look for it in the queue before you submit it again.',
    };
  }
  return { kind: 'slurm', sentence: `Slurm refused it: ${reason(said)}` };
}

/** Slurm's own words with a slash. Any other is a path: it can name people and projects, and everyone may read it. */
const noPath = /^\W*(account\/partition|and\/or|n\/a)\W*$/i;

/** Slurm's reason as one sentence: what follows "Batch job submission failed:", else the first of all errors. */
function reason(said: string[]): string {
  const errors = said
    .filter((line) => fatal.test(line))
    .map((line) => line.replace(/^sbatch: ((error|fatal): )?/i, ''));
  const failed = errors
    .map((line) => /^Batch job submission failed: (.*)$/i.exec(line)?.[1])
    .find((text) => text !== undefined);
  const text = (failed ?? errors.join(' ')).replace(/\s+/g, ' ').trim();
  const first = /^.*?[.!?](?= [A-Z])/.exec(text)?.[0] ?? text;
  const told = cut(
    first.replace(/\S+/g, (word) => (word.includes('/') && !noPath.test(word) ? '…' : word)),
    300,
  );
  return /[.!?…]$/.test(told) ? told : `${told}.`;
}

function unknown(said: string[]): Verdict {
  return {
    kind: 'unknown',
    sentence:
      said.length === 0
        ? 'Waldur could not hand it to the cluster and does not say why.'
        : 'Waldur could not hand it to the cluster.',
  };
}
