import { processEnvironment } from "../_shared/env.ts";
import { createAlertsApp } from "./app.ts";

const app = createAlertsApp(processEnvironment());

export default { fetch: app.fetch };
