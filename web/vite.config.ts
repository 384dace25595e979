import { preact } from "@preact/preset-vite";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Modern JavaScript only (`light-dark()` and `<dialog>` are as old as the
 * browsers named here); the aliases are those of import_map.json. Vite asks for
 * a default export.
 */
export default defineConfig({
  root: ROOT,
  publicDir: ROOT + "public",
  plugins: [preact()],
  resolve: {
    alias: [
      { find: /^@core\//, replacement: PROJECT + "engine/core/" },
      { find: /^@db\//, replacement: PROJECT + "supabase/" },
    ],
  },
  worker: { format: "es" },
  build: {
    target: ["chrome123", "firefox121", "safari17.5"],
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    emptyOutDir: true,
    reportCompressedSize: false,
  },
});
