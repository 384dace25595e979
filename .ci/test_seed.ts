/**
 * Loaded before every test file: gives all property tests one seed, so that a
 * run on one commit says the same each time and a red run can be run again.
 * `TRELLIS_TEST_SEED=random` looks further afield (do so now and then, and
 * make what it finds an example of its own); a number is taken as the seed.
 *
 * @module
 */
import fc from "fast-check";

const SEED_VARIABLE = "TRELLIS_TEST_SEED";
const SEED_DEFAULT = 20_261_122;

const wanted = Deno.env.get(SEED_VARIABLE);
if (wanted !== "random") {
  const seed = wanted === undefined ? SEED_DEFAULT : Number(wanted);
  if (!Number.isInteger(seed)) {
    throw new RangeError(`${SEED_VARIABLE} is "random" or a whole number.`);
  }
  fc.configureGlobal({ seed });
}
