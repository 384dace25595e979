/** How long the browser may take to fetch what it was handed. */
const KEPT_MS = 60_000;

/** Hands the trader a file; nothing leaves the browser. */
export function download(
  { name, type, text }: {
    readonly name: string;
    readonly type: "text/csv" | "application/json";
    readonly text: string;
  },
): void {
  const blob = new Blob([text], { type: `${type};charset=utf-8` });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** Names that every file system takes. */
function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replaceAll(/^-+|-+$/g, "");
}
