/** Shown to admins and stored with results; follows CHANGELOG.md. */
export const ENGINE_VERSION = "0.1.0";
