import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  authorityTables,
  chainOf,
  currentCrl,
  issuerOf,
  publishCrl,
  publishDueCrls,
  revokeCertificate,
} from "../../server/authority/index.ts";
import { setCrlPartitions } from "../../server/authority/set-crl-partitions.ts";
import { system } from "../../server/kernel/actor.ts";
import { parseCertificate, parseCrl, toPem } from "../../server/pki/index.ts";
import { onBothEngines } from "../support/databases.ts";
import { REPOSITORY } from "../support/issuing.ts";
import { type OcspScene, ocspScene } from "../support/ocsp.ts";

onBothEngines("partitions of a CRL", (open) => {
  const revoke = ({ db, clock }: OcspScene, certificateId: string) =>
    db.transact((tx) => revokeCertificate(tx, { certificateId, reason: "superseded", at: clock.now() }));
  const serialsOn = async ({ db }: OcspScene, partition: number) =>
    parseCrl((await currentCrl(db.read, "CUSTOMER_OV", partition))?.der ?? new Uint8Array()).entries.map(
      ({ serial }) => serial,
    );

  test("are fixed at issuance, named by the certificates, and believed by openssl as the complete one is", async () => {
    const scene = await ocspScene(await open());
    const { db, authority, folder } = scene;
    const before = await scene.issue();
    await setCrlPartitions(authority, system("test"), "CUSTOMER_OV", 3);
    const later = await Promise.all(
      Array.from({ length: 12 }, (_, i) => scene.issue({ names: [`host${i}.example.co.jp`] })),
    );
    const { certificates: c, intents: i } = authorityTables(db.read.columns);
    const partitionOf = async (id: string) =>
      (await db.read.select({ partition: c.crlPartition }).from(c).where(eq(c.id, id)))[0]?.partition ?? -1;
    const urlOf = (der: Uint8Array) => parseCertificate(der).crlUrls;
    expect(await partitionOf(before.id)).toBe(0);
    expect(urlOf(before.der)).toEqual([`${REPOSITORY}/crl/customer-ov.crl`]);
    const partitions = await Promise.all(later.map(({ id }) => partitionOf(id)));
    partitions.forEach((partition, at) => {
      expect([1, 2, 3]).toContain(partition);
      expect(urlOf(later[at]?.der ?? new Uint8Array())).toEqual([
        `${REPOSITORY}/crl/customer-ov-${partition}.crl`,
      ]);
    });
    expect(new Set(partitions).size).toBeGreaterThan(1);
    const ordered = await db.read
      .select({ partition: i.crlPartition })
      .from(i)
      .where(eq(i.serial, later[0]?.serial ?? ""));
    expect(ordered).toEqual([{ partition: partitions[0] }]);

    const [gone, stays] = [
      later[0],
      later.find((_, at) => at > 0 && partitions[at] === partitions[0]) ?? later[1],
    ];
    if (!gone || !stays) throw new Error("nothing was issued");
    const partition = partitions[0] ?? 0;
    await revoke(scene, gone.id);
    await revoke(scene, before.id);
    await publishCrl(authority, "CUSTOMER_OV");
    expect((await serialsOn(scene, 0)).toSorted()).toEqual([gone.serial, before.serial].toSorted());
    expect(await serialsOn(scene, partition)).toEqual([gone.serial]);

    const ov = await issuerOf(db.read, "CUSTOMER_OV");
    const [issuing, root] = await chainOf(db.read, ov.id);
    const file = (name: string, label: string, ...ders: (Uint8Array | undefined)[]) => {
      writeFileSync(
        path.join(folder, name),
        ders.map((der) => toPem(label, der ?? new Uint8Array())).join(""),
      );
      return path.join(folder, name);
    };
    const trusted = file("trusted.pem", "CERTIFICATE", issuing, root);
    const verdict = (leaf: Uint8Array, crl: Uint8Array | undefined) => {
      const args = [
        "verify",
        "-x509_strict",
        "-crl_check",
        "-CAfile",
        trusted,
        "-CRLfile",
        file("crl.pem", "X509 CRL", crl),
      ];
      try {
        return execFileSync("openssl", [...args, file("leaf.pem", "CERTIFICATE", leaf)], {
          encoding: "utf8",
          stdio: "pipe",
        });
      } catch (error) {
        return String((error as { stderr: string }).stderr);
      }
    };
    const part = (await currentCrl(db.read, "CUSTOMER_OV", partition))?.der;
    const complete = (await currentCrl(db.read, "CUSTOMER_OV"))?.der;
    for (const crl of [part, complete]) {
      expect(verdict(gone.der, crl)).toContain("certificate revoked");
      expect(verdict(stays.der, crl)).toContain("OK");
    }
    // Another partition says nothing about it: its distribution point is another one.
    const other = [1, 2, 3].find((each) => each !== partition) ?? 0;
    expect(verdict(gone.der, (await currentCrl(db.read, "CUSTOMER_OV", other))?.der)).toMatch(
      /scope|unable to get/,
    );
    const text = execFileSync(
      "openssl",
      ["crl", "-noout", "-text", "-in", file("part.pem", "X509 CRL", part)],
      { encoding: "utf8" },
    );
    expect(text).toMatch(/Issuing Distribution Point: critical/);
    expect(text).toContain(`URI:${REPOSITORY}/crl/customer-ov-${partition}.crl`);
  });

  test("have numbers of their own that rise, and only those with something new are made again", async () => {
    const scene = await ocspScene(await open());
    const { db, authority, clock } = scene;
    await setCrlPartitions(authority, system("test"), "CUSTOMER_OV", 2);
    const numbers = async () =>
      await Promise.all(
        [0, 1, 2].map(async (each) => (await currentCrl(db.read, "CUSTOMER_OV", each))?.number ?? 0),
      );
    await publishDueCrls(authority);
    const first = await numbers();
    expect(first.every((number) => number >= Math.floor(clock.now().epochMilliseconds / 1000))).toBe(true);
    const { id, serial } = await scene.issue();
    const at = 1 + (Number.parseInt(serial.slice(-8), 16) % 2);
    await revoke(scene, id);
    clock.advance({ seconds: 5 });
    expect(await publishDueCrls(authority)).toEqual(["CUSTOMER_OV"]);
    const second = await numbers();
    expect(second.map((number, each) => number > (first[each] ?? 0))).toEqual([true, at === 1, at === 2]);
    expect(await publishDueCrls(authority)).toEqual([]);
    clock.advance({ hours: 24 });
    await publishDueCrls(authority);
    const third = await numbers();
    expect(third.every((number, each) => number > (second[each] ?? 0))).toBe(true);
    // Fewer for new certificates: those that point to a partition still find it renewed.
    await setCrlPartitions(authority, system("test"), "CUSTOMER_OV", 0);
    clock.advance({ hours: 24 });
    await publishDueCrls(authority);
    expect((await numbers()).every((number, each) => number > (third[each] ?? 0))).toBe(true);
    expect(parseCertificate((await scene.issue()).der).crlUrls).toEqual([
      `${REPOSITORY}/crl/customer-ov.crl`,
    ]);
    await expect(setCrlPartitions(authority, system("test"), "CUSTOMER_OV", 65)).rejects.toThrow(RangeError);
  });
});
