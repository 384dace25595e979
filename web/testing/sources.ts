/// <reference lib="deno.ns" />
const LEFT_OUT = new Set(["node_modules", "dist", "i18n", "e2e", "testing"]);

/**
 * Returns the app's own sources as one text: code and page, without its texts
 * and without tests. For checks that what is written there is used here.
 *
 * @param root The folder web/.
 */
export async function sourcesOf(root: URL): Promise<string> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(root)) {
    if (isDirectory) {
      if (LEFT_OUT.has(name)) continue;
      texts.push(await sourcesOf(new URL(`${name}/`, root)));
    } else if (/\.(tsx?|html)$/.test(name) && !/_test\.tsx?$/.test(name)) {
      texts.push(await Deno.readTextFile(new URL(name, root)));
    }
  }
  return texts.join("\n");
}
