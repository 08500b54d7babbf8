/** Why a name or a key is refused (pki's NameFault and KeyWeakness), as a part of a sentence. */
export const nameFaults: Readonly<Record<string, string>> = {
  empty: "it is empty",
  "not-a-name": "it is neither a domain name nor an IP address",
  "too-long": "it is longer than 253 characters",
  "label-empty": "it has two dots in a row",
  "label-too-long": "a part between dots is longer than 63 characters",
  "trailing-dot": "it ends with a dot",
  "bad-character": "it holds a character that names cannot have",
  underscore: "underscores are not allowed",
  "hyphen-at-edge": "a part begins or ends with a hyphen",
  "reserved-hyphens": "a part has hyphens as its third and fourth characters",
  "bad-idn": "it is not a valid internationalised name",
  "wildcard-position": "a wildcard stands once, at the very left, as “*.”",
  "wildcard-public-suffix": "the wildcard would cover too much",
  "public-suffix": "it is a shared suffix such as co.jp",
  "internal-name": "it cannot be registered on the Internet",
  "bad-address": "it is not a valid IP address",
  "reserved-address": "private and reserved addresses cannot be certified",
};

export const keyWeaknesses: Readonly<Record<string, string>> = {
  "modulus-too-short": "the RSA key is shorter than 2048 bits",
  "modulus-too-long": "the RSA key is longer than 8192 bits",
  "modulus-not-whole-bytes": "the length of the RSA key is not a multiple of 8",
  "modulus-even": "the RSA modulus is even",
  exponent: "the public exponent is out of range",
  "small-factor": "the key has a small prime factor",
  listed: "it stands on a list of known weak keys, such as those that Debian once made",
  "close-primes": "its primes lie so close together that it can be factored",
  roca: "the key is affected by ROCA (CVE-2017-15361)",
  "point-not-on-curve": "the public key is not a point on its curve",
};
