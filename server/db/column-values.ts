/** How the values that the engines do not know travel to the driver and back. The same for both engines. */

/** A placeholder's null comes through the encoder: it stays null. */
export const orNull =
  <In, Out>(encode: (value: In) => Out) =>
  (value: In): Out =>
    value === null ? (value as unknown as Out) : encode(value);

export const instant = {
  toDriver: orNull((value: Temporal.Instant) => value.epochMilliseconds),
  // PostgreSQL's bigint arrives as text; milliseconds stay exact in a number for 285,000 years.
  fromDriver: (value: number | string) => Temporal.Instant.fromEpochMilliseconds(Number(value)),
};

export const day = {
  toDriver: orNull((value: Temporal.PlainDate) => value.toString()),
  fromDriver: (value: string) => Temporal.PlainDate.from(value),
};

export const bytes = {
  toDriver: orNull(
    (value: Uint8Array): Uint8Array => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  ),
  fromDriver: (value: Uint8Array) => new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
};

export const json = <T>() => ({
  toDriver: orNull((value: T) => JSON.stringify(value)),
  fromDriver: (value: string) => JSON.parse(value) as T,
});
