/**
 * The part of graphene-pk11 that we use. Written down here because the package is optional: where it could not be
 * compiled the product still runs, and is still checked.
 */
declare module "graphene-pk11" {
  type Attributes = Readonly<Record<string, string | number | boolean | Buffer | null>>;

  export class Module {
    static load(file: string): Module;
    /** C_Initialize; a module that is initialized already stays so. */
    initialize(options?: { flags: number }): void;
    finalize(): void;
    getSlots(tokenPresent: boolean): { readonly length: number; items(index: number): Slot };
  }
  export interface Slot {
    getToken(): { readonly label: string };
    getMechanisms(): { readonly length: number; items(index: number): { readonly type: number } };
    open(flags: number): Session;
    closeAll(): void;
  }
  export interface Session {
    login(pin: string): void;
    close(): void;
    find(template: Attributes): { readonly length: number; items(index: number): TokenObject };
    generateKeyPair(
      mechanism: number,
      publicKey: Attributes,
      privateKey: Attributes,
    ): { readonly publicKey: TokenObject; readonly privateKey: TokenObject };
    createSign(mechanism: number, key: TokenObject): { once(bytes: Uint8Array): Buffer };
    destroy(object: TokenObject): number;
  }
  export interface TokenObject {
    readonly handle: Buffer;
    getAttribute(template: Attributes): Readonly<Record<string, unknown>>;
  }
  export const ObjectClass: { readonly PUBLIC_KEY: number; readonly PRIVATE_KEY: number };
  export const KeyType: { readonly RSA: number; readonly EC: number };
  export const KeyGenMechanism: { readonly RSA: number; readonly EC: number };
  export const MechanismEnum: {
    readonly RSA_PKCS: number;
    readonly SHA256_RSA_PKCS: number;
    readonly ECDSA: number;
  };
  export const SessionFlag: { readonly RW_SESSION: number; readonly SERIAL_SESSION: number };
}
