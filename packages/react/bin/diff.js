/** Shows what changes in a file: the lines between the first and the last one that differ, and three around them. */

const AROUND = 3;

export function* diff(name, before, after) {
  const old = before.split(/\r?\n/);
  const now = after.split(/\r?\n/);
  yield `--- a/${name}`;
  yield `+++ b/${name}`;
  yield* hunks(old, now);
}

/** Yields each run of lines that differ. The lines that stay are found in order: nothing is moved. */
function* hunks(old, now) {
  const steps = stepsOf(old, now);
  let shown = 0;
  for (const [place, step] of steps.entries()) {
    const near = steps.slice(Math.max(0, place - AROUND), place + AROUND + 1).some(({ sign }) => sign !== " ");
    if (near && place > shown) yield "@@";
    if (near) {
      yield step.sign + step.line;
      shown = place + 1;
    }
  }
}

function stepsOf(old, now) {
  const steps = [];
  let [here, there] = [0, 0];
  while (here < old.length || there < now.length) {
    if (here < old.length && old[here] === now[there]) {
      steps.push({ sign: " ", line: old[here++] });
      there++;
    } else if (here < old.length && !now.slice(there).includes(old[here])) {
      steps.push({ sign: "-", line: old[here++] });
    } else {
      steps.push({ sign: "+", line: now[there++] });
    }
  }
  return steps;
}
