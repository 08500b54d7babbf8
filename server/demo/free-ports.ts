import { createServer } from "node:net";

const VARIABLES = [
  "INKAN_PUBLIC_PORT",
  "INKAN_APPLICANT_PORT",
  "INKAN_OPERATOR_PORT",
  "INKAN_DESK_PORT",
  "INKAN_REPOSITORY_PORT",
  "INKAN_STATUS_PORT",
  "INKAN_MAILBOX_PORT",
] as const;

/** A free port for every listener, held all at once so that no two are the same. */
export async function freePorts(): Promise<Record<(typeof VARIABLES)[number], string>> {
  const held = await Promise.all(
    VARIABLES.map(
      () =>
        new Promise<{ port: number; release: () => Promise<void> }>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            const port = typeof address === "object" && address ? address.port : 0;
            resolve({ port, release: () => new Promise((done) => server.close(() => done())) });
          });
        }),
    ),
  );
  await Promise.all(held.map(({ release }) => release()));
  return Object.fromEntries(VARIABLES.map((name, index) => [name, String(held[index]?.port)])) as Record<
    (typeof VARIABLES)[number],
    string
  >;
}
