import process from "node:process";
import { pino } from "pino";
import { startInkan } from "../app.ts";
import { readConfig } from "../config.ts";
import { systemClock } from "../kernel/clock.ts";
import { oneTimeSecrets } from "./first-start.ts";
import { welcome } from "./welcome.ts";

/** `npm start`: reads the environment, starts, says where everything is, and ends on SIGINT or SIGTERM. */
export async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({
    level: config.logLevel,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: { product: "inkan" },
  });
  const secrets = oneTimeSecrets(config.dataDir, process.stdout, systemClock.now());
  const inkan = await startInkan(config, { clock: systemClock, log, secrets, strictViews: false });

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    try {
      await inkan.close();
      process.exit(0);
    } catch (error) {
      log.fatal({ err: error }, "the server did not end cleanly");
      process.exit(1);
    }
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  // Only now: whoever reads the table may already tell the server to end.
  process.stdout.write(welcome(inkan, secrets));
}
