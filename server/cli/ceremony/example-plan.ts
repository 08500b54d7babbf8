/** `npm run ceremony -- --example`: a plan to begin with. `//` members are remarks; the command leaves them out. */
export const EXAMPLE_PLAN = `{
  "format": "inkan-ceremony-1",
  "//": "Review this file, print it with its SHA-256 (--dry-run shows it), and confirm that hash at the ceremony.",
  "title": "株式会社印鑑認証 鍵セレモニー 2026",
  "repositoryUrl": "http://ca.example.jp",
  "participants": [
    { "//": "administrator and witness are needed; custodian and auditor as you like", "name": "山田 太郎", "role": "administrator" },
    { "name": "佐藤 花子", "role": "witness" },
    { "name": "鈴木 一郎", "role": "custodian" }
  ],
  "issuers": {
    "CUSTOMER_ROOT": {
      "//": "key: RSA-2048, RSA-3072, RSA-4096, P-256, P-384. place: file or token. days: at most 5475 for roots",
      "subject": { "C": "JP", "O": "株式会社印鑑認証", "CN": "Inkan TLS Root CA G1" },
      "key": "RSA-4096",
      "place": "file",
      "days": 5475,
      "crlPartitions": 0
    },
    "CUSTOMER_OV": {
      "//": "days: at most 3650, and never beyond the root. crlPartitions: 0 for one complete CRL, up to 1024",
      "subject": { "C": "JP", "O": "株式会社印鑑認証", "CN": "Inkan TLS OV CA G1" },
      "key": "RSA-2048",
      "place": "file",
      "days": 3650,
      "crlPartitions": 0
    },
    "CUSTOMER_EV": {
      "subject": { "C": "JP", "O": "株式会社印鑑認証", "CN": "Inkan TLS EV CA G1" },
      "key": "RSA-2048",
      "place": "file",
      "days": 3650,
      "crlPartitions": 0
    },
    "STAFF_ROOT": {
      "//": "signs staff, operators and the sites' own TLS; RSA, because not every browser takes an EC chain for a client",
      "subject": { "C": "JP", "O": "株式会社印鑑認証", "CN": "Inkan Staff Root CA G1" },
      "key": "RSA-3072",
      "place": "file",
      "days": 5475,
      "crlPartitions": 0
    }
  }
}`;
