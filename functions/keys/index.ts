import { processEnvironment } from "../_shared/env.ts";
import { createKeysApp } from "./app.ts";

const app = createKeysApp(processEnvironment());

export default { fetch: app.fetch };
