import { processEnvironment } from "../_shared/env.ts";
import { createBotsApp } from "./app.ts";

const app = createBotsApp(processEnvironment());

export default { fetch: app.fetch };
