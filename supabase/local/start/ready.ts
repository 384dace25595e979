/** What the start command says when everything runs. @module */

/** The JSON line (design.md §11). */
export interface ReadyLine {
  readonly ready: true;
  readonly web: string;
  readonly api: string;
  /** Connection string of the role `postgres`. */
  readonly db: string;
  readonly paper: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly demo: Person;
  readonly admin: Person;
  /** One an engine. */
  readonly metrics: readonly string[];
  readonly pids: {
    readonly start: number;
    readonly postgres: number;
    readonly functions: number;
    readonly paper: number;
    readonly engines: readonly number[];
  };
}

interface Person {
  readonly email: string;
  readonly password: string;
}

/** The same for a reader. */
export function readyBanner(line: ReadyLine, data: string): string {
  const rows: [string, string][] = [
    ["Web app", line.web],
    ["  demo trader", `${line.demo.email}  ${line.demo.password}`],
    ["  admin", `${line.admin.email}  ${line.admin.password}`],
    ["API", line.api],
    ["  publishable key", line.publishableKey],
    ["  secret key", line.secretKey],
    ["Mails", `${line.api}/inbox`],
    ["Postgres", line.db],
    ["Paper exchange", line.paper],
    ...line.metrics.map((url, i): [string, string] => [
      `Engine ${i + 1} metrics`,
      url,
    ]),
    ["Data, logs", data],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    "Trellis runs. Open the web app; Ctrl-C ends everything.",
    "",
    ...rows.map(([name, value]) => name.padEnd(width) + value),
    "",
  ].join("\n");
}
