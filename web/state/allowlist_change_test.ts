/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { AllowlistChange, AllowlistResult } from "../data/admin_api.ts";
import type { AllowlistPreview } from "../data/admin_rows.ts";
import { ApiError } from "../data/functions_api.ts";
import { AllowlistChangeModel } from "./allowlist_change.ts";

const RESULT: AllowlistResult = {
  added: 1,
  removed: 0,
  activated: 0,
  suspended: 0,
};

function previewOf(digest: string): AllowlistPreview {
  return {
    added: 1,
    removed: 0,
    known: 0,
    unknown: 1,
    staysClosed: 0,
    activated: 0,
    leaving: 0,
    stopping: 0,
    activates: [],
    leaves: [],
    stops: [],
    digest,
  };
}

function changeOf(csv: string): AllowlistChange {
  return { csv, graceHours: null };
}

Deno.test("AllowlistChangeModel shows no answer about what has been typed over", async () => {
  const late = Promise.withResolvers<AllowlistPreview>();
  const applied: string[] = [];
  const draft = new AllowlistChangeModel({
    previewAllowlist: () => late.promise,
    applyAllowlist: (change) => {
      applied.push(change.csv ?? "");
      return Promise.resolve(RESULT);
    },
  });
  const looked = draft.look(changeOf("1001"));
  draft.forget();
  late.resolve(previewOf("of 1001"));
  await looked;
  assert.equal(draft.preview.value, null);
  assert.equal(await draft.apply(), null);
  assert.deepEqual(applied, []);
});

Deno.test("AllowlistChangeModel does what was looked at, agreed to by its digest", async () => {
  const applied: string[] = [];
  const draft = new AllowlistChangeModel({
    previewAllowlist: ({ csv }) => Promise.resolve(previewOf(`of ${csv}`)),
    applyAllowlist: ({ csv }, digest) => {
      applied.push(`${csv} ${digest}`);
      return Promise.resolve(RESULT);
    },
  });
  await draft.look(changeOf("1001"));
  assert.deepEqual(await draft.apply(), RESULT);
  assert.deepEqual(applied, ["1001 of 1001"]);
  assert.equal(draft.isBusy.value, false);
});

Deno.test("AllowlistChangeModel looks again when others have changed the list", async () => {
  let looks = 0;
  const outdated = new ApiError({ code: "preview_outdated", message: "" });
  const draft = new AllowlistChangeModel({
    previewAllowlist: () => Promise.resolve(previewOf(`look ${++looks}`)),
    applyAllowlist: () => Promise.reject(outdated),
  });
  await draft.look(changeOf("1001"));
  assert.equal(await draft.apply(), null);
  assert.equal(draft.preview.value?.digest, "look 2");
  assert.equal(draft.failure.value, outdated);
});
