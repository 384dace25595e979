import { processEnvironment } from "../_shared/env.ts";
import { createUidApp } from "./app.ts";

const app = createUidApp(processEnvironment());

export default { fetch: app.fetch };
