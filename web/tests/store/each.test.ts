import { expect, test } from "vitest";
import { ApiError } from "../../src/api/client";
import { each } from "../../src/store/each";

const refused = new ApiError({ type: "urn:rumbo:problem:conflict", title: "Busy", status: 409 });

test("every item is taken once, and what fails hinders no other", async () => {
  const taken: number[] = [];
  let done = 0;
  const verb = async (item: number) => {
    taken.push(item);
    if (item === 3) throw refused;
  };
  const failures = await each([1, 2, 3, 4, 5, 6, 7, 8, 9], verb, { onDone: () => void (done += 1), isStopped: () => false });
  expect(taken.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(done).toBe(9);
  expect(failures).toEqual([{ item: 3, error: refused }]);
});

test("stopped, nothing more is begun", async () => {
  let done = 0;
  await each(Array.from({ length: 50 }, (_, index) => index), async () => undefined, { onDone: () => void (done += 1), isStopped: () => done >= 6 });
  expect(done).toBeLessThanOrEqual(10);
});
