import assert from "node:assert/strict";
import { checkTarget, isPublicAddress, TargetError } from "./egress.ts";

const PUBLIC = () => Promise.resolve(["93.184.216.34", "2606:2800:220:1::1"]);

Deno.test("isPublicAddress() knows private, special and mapped addresses from public ones", () => {
  const verdicts: Readonly<Record<string, boolean>> = {
    "93.184.216.34": true,
    "1.1.1.1": true,
    "172.15.255.255": true,
    "172.32.0.1": true,
    "100.63.255.255": true,
    "2606:4700::1111": true,
    "0.0.0.0": false,
    "10.1.2.3": false,
    "100.64.0.1": false,
    "127.0.0.1": false,
    "127.255.255.254": false,
    "169.254.169.254": false,
    "172.16.0.1": false,
    "172.31.255.255": false,
    "192.168.1.1": false,
    "198.18.0.1": false,
    "203.0.113.9": false,
    "224.0.0.1": false,
    "255.255.255.255": false,
    "::": false,
    "::1": false,
    "::ffff:10.0.0.1": false,
    "::ffff:93.184.216.34": false,
    "64:ff9b::a00:1": false,
    "fe80::1": false,
    "fc00::1": false,
    "fd12:3456::1": false,
    "ff02::1": false,
    "2001::1": false,
    "2001:db8::1": false,
    "2002:a00:1::1": false,
    "not an address": false,
    "": false,
  };
  for (const [address, isPublic] of Object.entries(verdicts)) {
    assert.equal(isPublicAddress(address), isPublic, address);
  }
});

Deno.test("checkTarget() lets https to public names through, pinned to what was resolved", async () => {
  for (
    const [text, port] of [
      ["https://hooks.example.com/x?y=1", 443],
      ["https://hooks.example.com:8443/", 8443],
    ] as const
  ) {
    const target = await checkTarget(text, {
      allowsLocal: false,
      resolve: PUBLIC,
    });
    assert.equal(target.port, port);
    assert.equal(target.address, "93.184.216.34");
    assert.equal(target.hostname, "hooks.example.com");
    assert.equal(target.isTls, true);
  }
});

Deno.test("checkTarget() refuses whatever could lead inside, before anything is resolved", async () => {
  const refused = [
    "",
    "hooks.example.com",
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "http://hooks.example.com/",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:80/",
    "http://hooks.example.com:443/",
    "https://user@hooks.example.com/",
    "https://user:secret@hooks.example.com/",
    "https://:secret@hooks.example.com/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://93.184.216.34/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://db/",
    "https://hooks.example.com./",
    "https://kong.internal/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://api.localhost/",
    `https://hooks.example.com/${"x".repeat(500)}`,
  ];
  for (const text of refused) {
    await assert.rejects(
      checkTarget(text, {
        allowsLocal: false,
        resolve: () => assert.fail(`resolved ${text}`),
      }),
      TargetError,
      text,
    );
  }
});

Deno.test("checkTarget() refuses a name when one of its addresses is private, or none is known", async () => {
  for (
    const addresses of [
      [],
      ["10.0.0.1"],
      ["93.184.216.34", "127.0.0.1"],
      ["93.184.216.34", "::1"],
      ["169.254.169.254"],
    ]
  ) {
    await assert.rejects(
      checkTarget("https://hooks.example.com/", {
        allowsLocal: false,
        resolve: () => Promise.resolve(addresses),
      }),
      TargetError,
    );
  }
});

Deno.test("checkTarget() knows this machine only where the switch says so", async () => {
  const local = "http://127.0.0.1:8123/hook";
  const target = await checkTarget(local, { allowsLocal: true });
  assert.deepEqual([target.address, target.port, target.isTls], [
    "127.0.0.1",
    8123,
    false,
  ]);
  for (
    const text of ["http://10.0.0.1/", "https://[::1]/", "http://db:5432/"]
  ) {
    await assert.rejects(checkTarget(text, { allowsLocal: true }), TargetError);
  }
});
