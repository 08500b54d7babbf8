import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

/** A browser in a thread of its own: asks for one page again and again, and tells how long each answer took. */
const { url, pauseMs } = workerData as { url: string; pauseMs: number };

// The site's certificate is made for this run and stands under no root.
const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
const milliseconds: number[] = [];
let cookie = "";
let asking = true;
parentPort?.once("message", () => {
  asking = false;
});

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const asked = request(url, { agent, headers: cookie === "" ? {} : { cookie } }, (answer) => {
      const [set] = answer.headers["set-cookie"] ?? [];
      if (set !== undefined) cookie = set.split(";", 1)[0] ?? "";
      answer.resume();
      answer.on("end", () => {
        milliseconds.push(performance.now() - start);
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`the page answered ${answer.statusCode}`));
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

// The first answers bring the session and warm the template.
for (let warm = 0; warm < 20; warm += 1) await ask();
milliseconds.length = 0;
parentPort?.postMessage("ready");
while (asking) {
  await ask();
  await sleep(pauseMs);
}
parentPort?.postMessage(milliseconds);
agent.destroy();
