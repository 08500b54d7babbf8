/** Words about certificates, shared by the sites. */
export const certificates = {
  state: { ACTIVE: "有効", REPLACED: "更新済み", REVOKED: "失効", EXPIRED: "期限切れ" },
  filter: {
    ACTIVE: "有効",
    EXPIRING: "30日以内に満了",
    EXPIRED: "期限切れ",
    REVOKED: "失効",
    REPLACED: "更新済み",
  },
  title: "証明書",
  search: "名前またはシリアル番号で検索",
  searchHelp: "例：www.example.co.jp",
  empty: "条件に合う証明書はありません。",
  endsOn: (p: { day: string }) => `${p.day}に満了する証明書`,
  detailTitle: (p: { commonName: string }) => `${p.commonName} の証明書`,
  field: {
    serial: "シリアル番号",
    issuer: "発行者",
    subject: "サブジェクト",
    names: "コモンネームとSANs",
    notBefore: "有効期間の開始",
    notAfter: "有効期間の満了",
    key: "公開鍵",
    signature: "署名アルゴリズム",
    fingerprint: "フィンガープリント（SHA-256）",
    keyHash: "公開鍵のハッシュ（SHA-256）",
    daysLeft: "残り日数",
    state: "状態",
    product: "製品",
    request: "申請",
    firstDownload: "最初のダウンロード",
    revokedAt: "失効日時",
    place: "設置先",
  },
  days: (p: { days: number }) => `${p.days.toLocaleString("ja-JP")}日`,
  summary: "概要",
  details: "詳細",
  chain: "証明書チェーン",
  chainLeaf: "サーバー証明書",
  chainIssuer: "中間CA証明書",
  chainRoot: "ルートCA証明書",
  history: "同じコモンネームの証明書",
  historyThis: "この証明書",
  renew: "前回と同じ内容で更新",
  download: {
    title: "ダウンロード",
    help: "秘密鍵は含まれません。CSRを作成したサーバーにある秘密鍵と組み合わせて使用します。",
    files: "ファイル",
    bundles: "サーバー別のファイル一式",
    bundlesHelp: "そのサーバーに必要なファイルと設置手順をZIPにまとめています。",
    format: {
      "leaf.pem": "サーバー証明書（PEM）",
      "leaf.der": "サーバー証明書（DER）",
      "chain.pem": "中間CA証明書（PEM）",
      "fullchain.pem": "サーバー証明書と中間CA証明書（PEM）",
      "chain.p7b": "PKCS#7（ルートCA証明書を含む）",
      "root.pem": "ルートCA証明書（PEM）",
      "nginx.zip": "nginx",
      "apache.zip": "Apache",
      "iis.zip": "IIS",
      "tomcat.zip": "Tomcat",
      "haproxy.zip": "HAProxy",
    },
    steps: "設置手順",
    never: "まだありません",
  },
  server: {
    nginx: "nginx",
    apache: "Apache HTTP Server",
    iis: "IIS",
    tomcat: "Apache Tomcat",
    haproxy: "HAProxy",
  },
  installation: {
    title: (p: { server: string }) => `${p.server}への設置手順`,
    lead: (p: { commonName: string }) => `${p.commonName} の証明書を設置する手順です。`,
    files: "使用するファイル",
    readme: "README.txt",
    verify: "設置後の確認",
    verifyHelp:
      "別の端末から次のコマンドを実行し、「Verify return code: 0 (ok)」と表示されることを確認してください。",
    nginx: [
      {
        text: "ファイル一式をサーバーに置き、秘密鍵をroot以外が読めないようにします。",
        command: (p: { name: string }) => `chmod 600 /etc/nginx/ssl/${p.name}.key`,
      },
      {
        text: "serverブロックに証明書と秘密鍵を設定します。",
        command: (p: { name: string }) =>
          `server {\n    listen 443 ssl;\n    server_name ${p.name};\n    ssl_certificate     /etc/nginx/ssl/${p.name}.fullchain.pem;\n    ssl_certificate_key /etc/nginx/ssl/${p.name}.key;\n}`,
      },
      { text: "設定を検査し、再読み込みします。", command: () => "nginx -t && systemctl reload nginx" },
    ],
    apache: [
      {
        text: "ファイル一式をサーバーに置き、秘密鍵をroot以外が読めないようにします。",
        command: (p: { name: string }) => `chmod 600 /etc/httpd/ssl/${p.name}.key`,
      },
      {
        text: "VirtualHostに証明書と秘密鍵を設定します（2.4.8以降）。それより前の版では、.crtと.chain.crtをSSLCertificateFileとSSLCertificateChainFileに指定します。",
        command: (p: { name: string }) =>
          `<VirtualHost *:443>\n    ServerName ${p.name}\n    SSLEngine on\n    SSLCertificateFile    /etc/httpd/ssl/${p.name}.fullchain.pem\n    SSLCertificateKeyFile /etc/httpd/ssl/${p.name}.key\n</VirtualHost>`,
      },
      {
        text: "設定を検査し、再読み込みします。",
        command: () => "apachectl configtest && apachectl graceful",
      },
    ],
    iis: [
      {
        text: "CSRを作成したサーバーに.p7bを置き、秘密鍵と結び付けます。",
        command: (p: { name: string }) => `certreq -accept ${p.name}.p7b`,
      },
      {
        text: "中間CA証明書をストアに登録します。",
        command: (p: { name: string }) => `certutil -addstore CA ${p.name}.intermediate.cer`,
      },
      {
        text: "IISマネージャーでサイトの「バインド」を開き、httpsの証明書に新しい証明書を選択します。",
        command: null,
      },
    ],
    tomcat: [
      {
        text: "PEMの秘密鍵を使用する場合は、server.xmlのConnectorに次のように設定します。",
        command: (p: { name: string }) =>
          `<SSLHostConfig>\n    <Certificate certificateFile="conf/${p.name}.crt"\n                 certificateKeyFile="conf/${p.name}.key"\n                 certificateChainFile="conf/${p.name}.chain.pem" />\n</SSLHostConfig>`,
      },
      {
        text: "キーストアでCSRを作成した場合は、.p7bを同じ別名に取り込みます。",
        command: (p: { name: string }) =>
          `keytool -importcert -alias tomcat -file ${p.name}.p7b -keystore conf/keystore.p12`,
      },
      { text: "Tomcatを再起動します。", command: () => "systemctl restart tomcat" },
    ],
    haproxy: [
      {
        text: "証明書と秘密鍵を同じフォルダーに置きます。秘密鍵の名前は、証明書の名前に.keyを付けたものにします（2.2以降）。",
        command: (p: { name: string }) => `install -m 600 ${p.name}.key /etc/haproxy/certs/${p.name}.pem.key`,
      },
      {
        text: "bindに証明書を指定します。",
        command: (p: { name: string }) => `bind :443 ssl crt /etc/haproxy/certs/${p.name}.pem`,
      },
      {
        text: "設定を検査し、再読み込みします。",
        command: () => "haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy",
      },
    ],
  },
};
