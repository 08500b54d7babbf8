import { accessSync, constants } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"] as const;

/** No sandbox: it cannot be had as root; the browser sees nothing but our own sites. The rest keeps it off the network. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const PACKED = path.join(createRequire(import.meta.url).resolve("@sparticuz/chromium"), "../../bin");

/**
 * Starts a headless Chromium: the wanted one (a path, or `npm` for the packaged one; INKAN_CHROMIUM where nothing else
 * is said), else the system's, else the one packaged in @sparticuz/chromium.
 */
export async function launchChromium(wanted = process.env["INKAN_CHROMIUM"]): Promise<Browser> {
  const executable = wanted === "npm" ? null : (wanted ?? onPath());
  if (executable) return chromium.launch({ executablePath: executable, args: FLAGS });
  const folder = await unpacked();
  return chromium.launch({
    executablePath: path.join(folder, "chromium"),
    args: [...FLAGS, "--headless=shell", "--no-zygote"],
    env: {
      ...(process.env as Record<string, string>),
      // Its own libraries and fonts: the machine may have neither NSS nor fontconfig.
      LD_LIBRARY_PATH: path.join(folder, "al2023", "lib"),
      FONTCONFIG_FILE: path.join(folder, "fonts.conf"),
    },
  });
}

function onPath(): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const name of NAMES) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here.
      }
    }
  }
  return null;
}

/**
 * The packaged Chromium, unpacked once per version. The package itself reuses whatever lies in the temporary folder
 * under its name, an older version included: it gets a folder of its own that nobody else can have filled.
 */
async function unpacked(): Promise<string> {
  const cache = path.join(import.meta.dirname, "../../node_modules/.cache/inkan-chromium");
  const { size, mtimeMs } = await stat(path.join(PACKED, "chromium.br"));
  const folder = path.join(cache, `${size}-${Math.floor(mtimeMs)}`);
  if (await exists(folder)) return folder;

  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(path.join(cache, "unpacking-"));
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = fresh;
  try {
    const archives = ["chromium.br", "fonts.tar.br", "al2023.tar.br", "swiftshader.tar.br"];
    await Promise.all(archives.map((archive) => inflate(path.join(PACKED, archive))));
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  await writeFile(path.join(fresh, "fonts.conf"), fontsBelow(folder));
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another worker was quicker; its folder holds the same.
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

const fontsBelow = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, "fonts")}</dir>
  <cachedir>${path.join(folder, "fonts-cache")}</cachedir>
</fontconfig>
`;
