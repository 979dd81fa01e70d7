/** Programs of Dolina's that are timed in turn in one process. */

/** A program bound to arrays of its own, ready to be timed. @param {any} program */
export function bindLane(program) {
  const arrays = new Map();
  for (const [name, { shape }] of [...program.inputs, ...program.outputs]) {
    const size = shape.reduce((/** @type {number} */ product, /** @type {number} */ length) => product * length, 1);
    arrays.set(
      name,
      Float32Array.from({ length: size }, (_, i) => Math.sin(i)),
    );
  }
  return { binding: program.bind(arrays), times: /** @type {number[]} */ ([]) };
}

/**
 * Adds `runs` times of each lane, in ms, in each of `rounds` rounds.
 * @param {readonly ReturnType<typeof bindLane>[]} lanes @param {{ rounds: number, runs: number }} options
 */
export async function timeLanes(lanes, { rounds, runs }) {
  for (let round = 0; round < rounds; round++) {
    for (const { binding, times } of lanes) {
      // Threads of the lane before fall asleep, and this one's wake up, before the clock runs.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await binding.run();
      for (let run = 0; run < runs; run++) {
        const start = performance.now();
        await binding.run();
        times.push(performance.now() - start);
      }
    }
  }
  for (const { times } of lanes) times.sort((a, b) => a - b);
}
