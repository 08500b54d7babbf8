import type { certificates as source } from "../ja/certificates.ts";

export const certificates: typeof source = {
  state: { ACTIVE: "Active", REPLACED: "Replaced", REVOKED: "Revoked", EXPIRED: "Expired" },
  filter: {
    ACTIVE: "Active",
    EXPIRING: "Expiring within 30 days",
    EXPIRED: "Expired",
    REVOKED: "Revoked",
    REPLACED: "Replaced",
  },
  title: "Certificates",
  search: "Search by name or serial number",
  searchHelp: "For example: www.example.co.jp",
  empty: "No certificate matches.",
  endsOn: (p) => `Certificates that end on ${p.day}`,
  detailTitle: (p) => `Certificate for ${p.commonName}`,
  field: {
    serial: "Serial number",
    issuer: "Issuer",
    subject: "Subject",
    names: "Common name and SANs",
    notBefore: "Valid from",
    notAfter: "Valid until",
    key: "Public key",
    signature: "Signature algorithm",
    fingerprint: "Fingerprint (SHA-256)",
    keyHash: "Hash of the public key (SHA-256)",
    daysLeft: "Days left",
    state: "State",
    product: "Product",
    request: "Request",
    firstDownload: "First download",
    revokedAt: "Revoked at",
    place: "Place of installation",
  },
  days: (p) => (p.days === 1 ? "1 day" : `${p.days.toLocaleString("en-GB")} days`),
  summary: "Summary",
  details: "Details",
  chain: "Certificate chain",
  chainLeaf: "Server certificate",
  chainIssuer: "Intermediate CA certificate",
  chainRoot: "Root CA certificate",
  history: "Certificates with the same common name",
  historyThis: "This certificate",
  renew: "Renew with the same contents",
  download: {
    title: "Download",
    help: "The private key is not included: it stays on the server where the CSR was made.",
    files: "Files",
    bundles: "Sets for servers",
    bundlesHelp: "A ZIP with the files that server needs and the steps to install them.",
    format: {
      "leaf.pem": "Server certificate (PEM)",
      "leaf.der": "Server certificate (DER)",
      "chain.pem": "Intermediate CA certificate (PEM)",
      "fullchain.pem": "Server and intermediate CA certificates (PEM)",
      "chain.p7b": "PKCS#7 (with the root CA certificate)",
      "root.pem": "Root CA certificate (PEM)",
      "nginx.zip": "nginx",
      "apache.zip": "Apache",
      "iis.zip": "IIS",
      "tomcat.zip": "Tomcat",
      "haproxy.zip": "HAProxy",
    },
    steps: "Steps",
    never: "Not yet",
  },
  server: {
    nginx: "nginx",
    apache: "Apache HTTP Server",
    iis: "IIS",
    tomcat: "Apache Tomcat",
    haproxy: "HAProxy",
  },
  installation: {
    title: (p) => `Installing on ${p.server}`,
    lead: (p) => `How to install the certificate for ${p.commonName}.`,
    files: "Files used",
    readme: "README.txt",
    verify: "Check afterwards",
    verifyHelp: "Run this from another machine and look for “Verify return code: 0 (ok)”.",
    nginx: [
      {
        text: "Put the files on the server and let nobody but root read the private key.",
        command: (p) => `chmod 600 /etc/nginx/ssl/${p.name}.key`,
      },
      {
        text: "Name the certificate and the private key in the server block.",
        command: (p) =>
          `server {\n    listen 443 ssl;\n    server_name ${p.name};\n    ssl_certificate     /etc/nginx/ssl/${p.name}.fullchain.pem;\n    ssl_certificate_key /etc/nginx/ssl/${p.name}.key;\n}`,
      },
      { text: "Test the configuration and reload.", command: () => "nginx -t && systemctl reload nginx" },
    ],
    apache: [
      {
        text: "Put the files on the server and let nobody but root read the private key.",
        command: (p) => `chmod 600 /etc/httpd/ssl/${p.name}.key`,
      },
      {
        text: "Name the certificate and the private key in the VirtualHost (2.4.8 and later). Before that, give .crt and .chain.crt to SSLCertificateFile and SSLCertificateChainFile.",
        command: (p) =>
          `<VirtualHost *:443>\n    ServerName ${p.name}\n    SSLEngine on\n    SSLCertificateFile    /etc/httpd/ssl/${p.name}.fullchain.pem\n    SSLCertificateKeyFile /etc/httpd/ssl/${p.name}.key\n</VirtualHost>`,
      },
      {
        text: "Test the configuration and reload.",
        command: () => "apachectl configtest && apachectl graceful",
      },
    ],
    iis: [
      {
        text: "Put the .p7b on the server where the CSR was made and join it with the private key.",
        command: (p) => `certreq -accept ${p.name}.p7b`,
      },
      {
        text: "Add the intermediate CA certificate to its store.",
        command: (p) => `certutil -addstore CA ${p.name}.intermediate.cer`,
      },
      {
        text: "Open Bindings of the site in IIS Manager and choose the new certificate for https.",
        command: null,
      },
    ],
    tomcat: [
      {
        text: "With a private key in PEM, write this into the Connector in server.xml.",
        command: (p) =>
          `<SSLHostConfig>\n    <Certificate certificateFile="conf/${p.name}.crt"\n                 certificateKeyFile="conf/${p.name}.key"\n                 certificateChainFile="conf/${p.name}.chain.pem" />\n</SSLHostConfig>`,
      },
      {
        text: "If the CSR was made in a key store, import the .p7b under the same alias.",
        command: (p) => `keytool -importcert -alias tomcat -file ${p.name}.p7b -keystore conf/keystore.p12`,
      },
      { text: "Restart Tomcat.", command: () => "systemctl restart tomcat" },
    ],
    haproxy: [
      {
        text: "Put certificate and private key into one folder. The key is named like the certificate with .key at the end (2.2 and later).",
        command: (p) => `install -m 600 ${p.name}.key /etc/haproxy/certs/${p.name}.pem.key`,
      },
      {
        text: "Name the certificate in bind.",
        command: (p) => `bind :443 ssl crt /etc/haproxy/certs/${p.name}.pem`,
      },
      {
        text: "Test the configuration and reload.",
        command: () => "haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy",
      },
    ],
  },
};
