import type { KeyObject } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Signer } from "./signer.ts";
import { createKeyFile, openKeyFile, refuseUnsafeKeyFile } from "./signer-file.ts";

const SUFFIX = ".key.pem";

/** Encrypted key files in one folder, by name. */
export interface KeyFolder {
  readonly folder: string;
  names(): Promise<string[]>;
  /** Looks at every key file, those too that a start does not open (the root's). Problem: key-file-unsafe. */
  refuseUnsafe(): Promise<void>;
  /** Never over an existing file. */
  create(name: string, key: KeyObject, passphrase: string): Promise<void>;
  /** Problems: key-file-unsafe, passphrase-wrong; ENOENT where there is no such key. */
  open(name: string, passphrase: string): Promise<Signer>;
  remove(name: string): Promise<void>;
}

export function keyFolder(folder: string): KeyFolder {
  const fileOf = (name: string): string => path.join(folder, `${name}${SUFFIX}`);
  const names = async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = await readdir(folder);
    return files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
  };
  return {
    folder,
    names,
    async refuseUnsafe() {
      for (const name of await names()) await refuseUnsafeKeyFile(fileOf(name));
    },
    async create(name, key, passphrase) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await createKeyFile(fileOf(name), key, passphrase);
    },
    open: (name, passphrase) => openKeyFile(fileOf(name), passphrase),
    remove: (name) => rm(fileOf(name), { force: true }),
  };
}
