import type { KeyFolder } from "../adapters/key-folder.ts";
import { FILE_PLACE, type KeyStore } from "../adapters/key-store.ts";
import { Problem } from "../kernel/problem.ts";
import { generateKey } from "../pki/index.ts";
import type { IssuerRole } from "./issuer.ts";

/** Keys in encrypted files of one folder, all under one passphrase. */
export function fileKeys(folder: KeyFolder, passphrase: string): KeyStore {
  return {
    place: FILE_PLACE,
    names: () => folder.names(),
    async create(name, kind) {
      const { privateKey } = await generateKey(kind);
      await folder.create(name, privateKey, passphrase);
      return await folder.open(name, passphrase);
    },
    open: (name) => folder.open(name, passphrase),
    remove: (name) => folder.remove(name),
  };
}

/** The store where an issuer's key lies. Problem: pkcs11-not-configured, for a token that this start does not know. */
export function storeAt(stores: readonly KeyStore[], place: string, role: IssuerRole): KeyStore {
  const found = stores.find((store) => store.place === place);
  if (!found) throw new Problem("pkcs11-not-configured", { role, place });
  return found;
}
