/** The batch scripts of the demo. sandbox/waldur/slurm-plan.ts explains `# sandbox:`. */

/** Trains for four hours, after ten minutes in the queue. */
export const train = `#!/bin/bash
#SBATCH --job-name=train
#SBATCH --partition=gpu
#SBATCH --nodes=1
#SBATCH --time=04:30:00
#SBATCH --mem=32G
# sandbox: queue 600
srun sleep 14400
`;

/** The same without its first line. */
export const forgotten = train.slice(train.indexOf('\n') + 1);

/** Needs more memory than it asks for. */
export const ocean = `#!/bin/bash
#SBATCH --job-name=ocean
#SBATCH --time=06:00:00
#SBATCH --mem=8G
# sandbox: queue 600
# sandbox: memory 12G
srun sleep 14400
`;

/** Waits in the queue for a day. */
export const fold = `#!/bin/bash
#SBATCH --job-name=fold
#SBATCH --time=12:00:00
# sandbox: queue 86400
srun sleep 36000
`;

/** A report so long that it comes as a file. */
export const longReport = Array.from(
  { length: 120 },
  (_, index) => `step ${index + 1}: loss ${(2 / (index + 1)).toFixed(4)}`,
).join('\n');
