import { writeFileSync } from "node:fs";
import path from "node:path";
import { profileDocument } from "./profile-document.ts";

/** `npm run profiles`: writes docs/profiles.md anew. That it is up to date is a test's business (test/docs.test.ts). */
writeFileSync(path.resolve(import.meta.dirname, "../../docs/profiles.md"), profileDocument());
