import type { ProblemCode, ProblemParams } from "../../kernel/problem.ts";
import { certificates } from "./certificates.ts";
import { massRevocation } from "./mass-revocation.ts";
import { operator } from "./operator.ts";
import { keyWeaknesses, nameFaults } from "./reasons.ts";
import { requests } from "./requests.ts";
import { revocation } from "./revocation.ts";

/** Every problem: what is wrong, and what to do about it. */
export const problems = {
  "not-found": () =>
    "お探しのページは見つかりませんでした。移動または削除されたか、閲覧できる範囲の外にあります。",
  "not-allowed": () =>
    "この操作を行う権限がありません。必要な場合は、貴社の管理者または認証局にご相談ください。",
  "method-not-allowed": ({ allowed }) =>
    `このアドレスではその操作を受け付けていません（受け付ける方法：${allowed}）。前のページに戻り、画面のボタンから操作してください。`,
  "too-large": ({ limitKiB }) =>
    `送信されたデータが上限（${limitKiB}KB）を超えています。内容を減らして、もう一度送信してください。`,
  "form-invalid": () => "入力内容に誤りがあります。各項目のメッセージを確認し、修正してください。",
  "csrf-invalid": () =>
    "画面の有効期限が切れたか、別の画面から送信されました。ページを再読み込みして、もう一度操作してください。",
  "wrong-host": () =>
    "このサーバーが扱わない宛先への接続です。案内されたアドレスからアクセスし直してください。",
  "too-many-attempts": ({ retryAfterSeconds }) =>
    `試行回数が上限に達しました。${wait(retryAfterSeconds)}後に、もう一度お試しください。`,
  "stale-version": () =>
    "表示している間に、ほかの人がこの内容を更新しました。ページを再読み込みし、最新の内容を確認してから操作してください。",
  "already-exists": ({ field }) => `同じ${field}がすでに登録されています。別の値を入力してください。`,
  "credentials-wrong": () => "ログインIDまたはパスワードが正しくありません。もう一度入力してください。",
  "password-common": () =>
    "このパスワードは広く使われているか、流出が確認されています。別のパスワードを設定してください。",
  "password-same": () => "現在のパスワードと同じです。別のパスワードを設定してください。",
  "password-length": ({ minimum, maximum }) =>
    `パスワードは${minimum}文字以上${maximum}文字以内で設定してください。`,
  "password-mismatch": () =>
    "新しいパスワードと、確認のために入力したパスワードが一致しません。両方に同じパスワードを入力してください。",
  "password-contains-login-id": () =>
    "パスワードにログインIDが含まれています。ログインIDを含まないパスワードを設定してください。",
  "current-password-wrong": () => "現在のパスワードが正しくありません。もう一度入力してください。",
  "login-id-taken": () => "このログインIDはすでに使われています。別のログインIDを入力してください。",
  "last-second-factor": () =>
    "最後の1つの認証方法は削除できません。先に別の認証方法を登録してから削除してください。",
  "passkey-refused": () =>
    "パスキーで確認できませんでした。もう一度お試しいただくか、別の認証方法をお使いください。",
  "second-factor-required": () =>
    "この操作には二要素認証が必要です。認証アプリのコードまたはパスキーで確認してから、もう一度操作してください。",
  "second-factor-wrong": () =>
    "認証コードが正しくないか、使用済みです。認証アプリに表示されている最新の6桁のコードを入力してください。",
  "csr-private-key": () =>
    "秘密鍵が含まれているため、内容を読まずに破棄しました。秘密鍵は誰にも渡さないでください。「BEGIN CERTIFICATE REQUEST」で始まるCSRだけを貼り付けてください。",
  "csr-too-large": ({ limitKiB }) =>
    `CSRが上限（${limitKiB}KB）を超えています。CSR以外の内容が含まれていないか確認してください。`,
  "csr-not-pem": () =>
    "CSRとして読み取れません。「-----BEGIN CERTIFICATE REQUEST-----」から「-----END CERTIFICATE REQUEST-----」までをすべて貼り付けてください。",
  "csr-malformed": ({ at }) =>
    `CSRが壊れています（${at}）。サーバーでCSRを作成し直し、全体をそのまま貼り付けてください。`,
  "csr-other-type": ({ found }) =>
    `CSRではなく、別の種類のデータ（${found}）です。「BEGIN CERTIFICATE REQUEST」で始まるCSRを貼り付けてください。`,
  "csr-signature-broken": () =>
    "CSRの署名を検証できません。途中が欠けたり書き換わったりしている可能性があります。CSRを作成し直してください。",
  "csr-signature-algorithm": ({ found }) =>
    `CSRの署名アルゴリズム（${found}）は受け付けていません。SHA-256以上でCSRを作成し直してください。`,
  "key-type-unsupported": ({ found }) =>
    `この鍵の種類（${found}）には対応していません。RSA（2048ビット以上）またはECDSA（P-256、P-384）の鍵で作成し直してください。`,
  "key-weak": ({ why }) =>
    `この鍵は安全ではないため使用できません（${keyWeaknesses[why] ?? why}）。新しい鍵を作成してください。`,
  "key-compromised": () =>
    "この鍵は危殆化が報告されているため使用できません。新しい鍵とCSRを作成してください。",
  "exports-busy": ({ limit }) =>
    `CSVの出力は、同時に${limit}件までです。先に始めた出力が終わってから、もう一度お試しください。`,
  "export-too-long": ({ minutes }) =>
    `CSVの出力が${minutes}分以内に終わらなかったため、中止しました。一覧を期間や状態で絞り込んでから、もう一度お試しください。`,
  "key-held-by-another": () =>
    "この鍵は別のお客様の証明書ですでに使用されているため、証明書を発行できません。お客様専用の新しい鍵ペアを作成し、その鍵でCSRを作成し直してください。",
  "name-invalid": ({ name, why }) =>
    `「${name}」は証明書に記載できる名前ではありません（${nameFaults[why] ?? why}）。例：www.example.co.jp`,
  "name-not-covered": ({ name }) =>
    `「${name}」は、使用権確認が済んだドメインの範囲に含まれていません。ドメインの確認を済ませるか、名前を修正してください。`,
  "names-too-many": ({ limit }) =>
    `1枚の証明書に記載できる名前は${limit}件までです。名前を減らすか、申請を分けてください。`,
  "shape-mismatch": ({ shape, name }) =>
    ({
      SINGLE: `「${name}」は、シングルドメインの証明書には追加できません。複数の名前が必要な場合はマルチドメイン、「*.」で始まる名前の場合はワイルドカードを選択してください。`,
      MULTI: `「${name}」は、マルチドメインの証明書には記載できません。「*.」で始まる名前の場合はワイルドカードを選択してください。`,
      WILDCARD: `「${name}」は、ワイルドカードの証明書には記載できません。コモンネームは「*.example.co.jp」の形で入力し、追加する名前はそのベースドメインだけにしてください。`,
    })[shape],
  "ev-name-refused": ({ name }) =>
    `「${name}」は、EV証明書には記載できません。EV証明書では、ワイルドカードとIPアドレスを使用できません。OV証明書を選択してください。`,
  "domain-not-registered": ({ domain }) =>
    `ドメイン「${domain}」は登録されていません。ドメインを登録してから、もう一度申請してください。`,
  "domain-not-validated": ({ domain }) =>
    `ドメイン「${domain}」の使用権確認が済んでいないか、期限が切れています。ドメインの画面から確認を行ってください。`,
  "domain-limit-reached": ({ limit }) =>
    `登録できるドメインは${limit}件までです。使わなくなったドメインを削除してから登録してください。`,
  "validation-not-found": ({ name }) =>
    `「${name}」に指定文字列が見つかりません。設定が反映されるまで時間がかかることがあります。設定を確認し、しばらくしてからもう一度確認してください。`,
  "validation-mismatch": ({ name }) =>
    `「${name}」の値が指定文字列と一致しません。前後に余分な文字がないか確認し、表示されている値をそのまま設定してください。`,
  "validation-lookup-failed": ({ name }) =>
    `「${name}」を問い合わせましたが、応答がないか、信頼できる応答を得られませんでした。DNSサーバーの設定を確認し、しばらくしてからもう一度確認してください。`,
  "method-not-permitted": ({ method }) =>
    `確認方法「${method}」は、現在の規則では使用できません。別の方法を選んでください。`,
  "contract-not-in-force": () =>
    "サービスの契約期間外のため、新しい申請はできません。契約の更新について認証局にお問い合わせください。発行済みの証明書は、引き続きダウンロードできます。",
  "organization-not-vetted": () =>
    "申請法人の審査が完了していないか、有効期限が切れています。審査の完了をお待ちいただくか、認証局にお問い合わせください。",
  "english-fields-missing": () =>
    "英語表記の組織名と市区町村名が登録されていません。日本語表記で申請するか、登録内容の変更を申請してください。",
  "ev-not-enabled": () =>
    "この申請法人またはドメインでは、EV証明書を申請できません。OV証明書で申請するか、EVの審査を申請してください。",
  "term-too-long": ({ limitDays }) =>
    `有効期間は最長${limitDays}日です。${limitDays}日以内の期間を指定してください。`,
  "request-not-pending": ({ state }) =>
    `この申請は承認待ちではありません（現在の状態：${stateWord(state)}）。最新の状態を確認してください。`,
  "request-not-cancellable": ({ state }) =>
    `この申請は取り消せません（現在の状態：${stateWord(state)}）。発行済みの証明書が不要な場合は、認証局にご相談ください。`,
  "approver-is-requester": () =>
    "ご自身が行った申請は承認できません。別のオペレーターに承認を依頼してください。",
  "certificate-not-replaceable": ({ state }) =>
    `この証明書は再発行できません（現在の状態：${certificateState(state)}）。必要な場合は、新しい証明書を申請してください。`,
  "reissue-same-key": () =>
    "元の証明書と同じ鍵です。サーバーで新しい鍵を作成し、その鍵で作成したCSRを貼り付けてください。",
  "reissue-differs": () =>
    "再発行では、鍵以外の内容を変更できません。申請法人の登録内容や名前、有効期間の満了日時が元の証明書と異なる場合は、更新として申請してください。",
  "reissue-under-way": () =>
    "この証明書の再発行は、すでに申請されています。申請の一覧で状況を確認してください。",
  "mass-revocation-state": ({ state }) =>
    `この一括失効には、この操作を行えません（現在の状態：${massState(state)}）。最新の状態を確認してください。`,
  "mass-revocation-four-eyes": () =>
    "対象を登録した本人は、失効を開始できません。別の管理者が内容を確認し、開始してください。",
  "mass-revocation-known-ahead": () => "事由を知った日時には、現在より前の日時を入力してください。",
  "mass-revocation-serial": ({ line }) =>
    `「${line}」をシリアル番号として読み取れません。1行に1件ずつ、16進数で入力してください。例：3F2A9C0B71E4D865`,
  "mass-revocation-key": () =>
    "公開鍵のハッシュを読み取れません。SubjectPublicKeyInfoのSHA-256を、16進数64桁で入力してください。",
  "mass-revocation-too-many": ({ limit }) =>
    `1件の一括失効に登録できる証明書は${limit.toLocaleString("ja-JP")}枚までです。対象を分けて登録してください。`,
  "mass-revocation-empty": () =>
    "条件に合う有効な証明書がありません。条件を見直してください。失効済みの証明書と期限切れの証明書は対象になりません。",
  "mass-revocation-unknown": ({ serials, count }) =>
    `有効な証明書として見つからないシリアル番号が${count}件あります（${serials}）。番号を確認し、対象にしないものは一覧から除いてください。`,
  "lint-failed": ({ lints }) =>
    `証明書が発行基準の検査に合格しませんでした（${lints}）。証明書は発行されていません。認証局にお問い合わせください。`,
  "external-linter-unavailable": ({ why }) =>
    `外部の検査プログラムから判定を得られなかったため（${why}）、署名を行っていません。発行は自動的に再試行されます。`,
  "signature-mismatch": () =>
    "署名した内容が記録と一致しないため、発行を中止しました。証明書は発行されていません。認証局にお問い合わせください。",
  "lease-lost": () =>
    "処理の途中でほかの処理に引き継がれました。ページを再読み込みし、最新の状態を確認してください。",
  "issue-defect": () =>
    "内部の問題のため発行できませんでした。証明書は発行されていません。認証局にお問い合わせください。",
  "certificate-not-revocable": ({ state }) =>
    `この証明書は失効できません（現在の状態：${certificateState(state)}）。すでに失効しているか、有効期限が切れています。`,
  "revocation-ground-refused": ({ ground }) =>
    `「${groundName(ground)}」は、認証局だけが使える失効の事由です。画面にある理由から選んでください。`,
  "revocation-reason-refused": ({ ground, reason }) =>
    `事由「${groundName(ground)}」では、理由「${reasonName(reason)}」を使えません。画面にある理由から選んでください。`,
  "revocation-too-late": ({ latest }) =>
    `失効の期限を過ぎています。${latest}までの日時を指定するか、すぐに失効してください。`,
  "revocation-planned-already": ({ executeAt }) =>
    `この証明書には、すでに失効の予定（${executeAt}）があります。早める場合は、すぐに失効してください。`,
  "revocation-not-cancellable": ({ state }) =>
    `この失効は取りやめられません（現在の状態：${orderState(state)}）。実行された失効と、鍵そのものの問題による失効は、取りやめられません。`,
  "proof-unreadable": () =>
    "CSRまたは秘密鍵として読み取れません。PEM形式またはDER形式のファイルを選んでください。OpenSSH形式やPKCS#12形式の場合は、opensslコマンドでPEM形式に変換してください。",
  "proof-encrypted": () =>
    "秘密鍵が暗号化されています。パスフレーズを外したファイルを選ぶか、CSRで証明してください。",
  "proof-inconsistent": () =>
    "秘密鍵と公開鍵が対応していません。この鍵で作成した署名を検証できませんでした。ファイルが壊れていないか確認してください。",
  "private-key-pasted": () =>
    "秘密鍵が含まれているため、読み取らずに破棄しました。この欄に秘密鍵を入力しないでください。",
  "certificate-unreadable": () =>
    "証明書として読み取れません。「-----BEGIN CERTIFICATE-----」で始まるPEM形式か、DER形式のファイルを指定してください。",
  "serial-invalid": () =>
    "シリアル番号は、0から9とAからFの16進数、40桁以内で入力してください。例：40 3F 2A 91",
  "fingerprint-invalid": () =>
    "フィンガープリントは、SHA-256の16進数64桁で入力してください。SHA-1（40桁）では特定できません。",
  "report-not-settled": () =>
    "失効も、失効の予定もない証明書が残っています。失効を決定するか、対象から外してから終了してください。",
  "report-not-open": () => "この問題報告は、すでに決定済みです。最新の内容を確認してください。",
  "last-operator": () => "最後の1人のオペレーターは外せません。先に別のオペレーターを有効にしてください。",
  "organization-name-long": ({ limit }) =>
    `申請法人名が${limit}文字を超えています。${limit}文字を超える名称は個別のご相談になるため、この画面からは登録できません。登記の表記を確認し、審査責任者に相談してください。`,
  "registry-number-invalid": () =>
    "会社法人等番号は12桁の数字で入力してください（13桁の法人番号ではありません）。例：0100-01-000001",
  "operator-name-invalid": ({ name }) =>
    `「${name}」はオペレーターのコモンネームとして使用できません。名前の頭文字、ピリオド、苗字の順に、半角英大文字15文字以内で入力してください。例：T.YAMADA`,
  "operator-not-changeable": ({ state }) =>
    `このオペレーターには、この操作を行えません（現在の状態：${operatorState(state)}）。最新の状態を確認してください。`,
  "database-unreachable": ({ where }) =>
    `データベース（${where}）に接続できません。接続先と稼働状況を確認してください。`,
  "database-busy": () => "ただいま混み合っています。少し待ってから、もう一度操作してください。",
  "schema-newer": ({ found, known }) =>
    `データベースの版（${found}）が、このプログラムの版（${known}）より新しいため起動できません。新しい版のプログラムで起動してください。`,
  "schema-older": ({ found, known }) =>
    `データベースの版（${found}）が、このプログラムの版（${known}）より古いため、そのままでは読めません。データベースと同じ版のプログラムで実行するか、npm start で更新してから実行してください。`,
  "key-file-unsafe": ({ file, mode }) =>
    `鍵ファイル ${file} をほかの利用者が読める状態です（モード ${mode}）。chmod 600 で権限を絞ってから起動してください。`,
  "passphrase-wrong": ({ file }) =>
    `鍵ファイル ${file} を開けません。INKAN_PASSPHRASE_FILE のパスフレーズが正しいか確認してください。`,
  "passphrase-missing": ({ file }) =>
    `鍵があるのに、そのパスフレーズのファイル ${file} がありません。控えておいたファイルを元の場所に戻すか、INKAN_PASSPHRASE_FILE を正しい場所にしてから起動してください。`,
  "root-key-unopened": ({ file, why }) =>
    why === "missing"
      ? `ルート認証局の鍵 ${file} がありません。オフラインで保管している場合は、この場所に戻してから、もう一度実行してください。`
      : `ルート認証局の鍵 ${file} は、入力されたパスフレーズでは開けません。初回の起動で表示されたパスフレーズを確認してください。`,
  "keys-of-another-database": ({ folder }) =>
    `${folder}に、このデータベースの記録にない認証局の鍵があります。接続先のデータベースが正しいか、INKAN_CERTS_DIRが正しいかをご確認ください。`,
  "hierarchies-exist": () =>
    "このデータベースには、すでに認証局があります。鍵セレモニーは、認証局がまだない空の環境で行ってください。何も変更していません。",
  "ceremony-plan-invalid": ({ file, faults }) =>
    `計画ファイル ${file} に誤りがあります。修正し、あらためて承認を受けてください。${faults}`,
  "ceremony-plan-changed": ({ given, found }) =>
    `計画ファイルが承認されたものと異なります（承認されたSHA-256：${given}、このファイル：${found}）。鍵は作成していません。`,
  "pkcs11-not-installed": () =>
    "PKCS#11を使うためのパッケージ（graphene-pk11）が導入されていません。C++コンパイラー、make、Pythonを用意して npm ci をやり直してください。",
  "pkcs11-not-configured": ({ role, place }) =>
    `認証局 ${role} の鍵はトークン（${place}）にありますが、そのトークンが設定されていません。INKAN_PKCS11_MODULE、INKAN_PKCS11_TOKEN、INKAN_PKCS11_PIN_FILE を指定してください。`,
  "pkcs11-module-missing": ({ file }) =>
    `PKCS#11モジュール ${file} を読み込めません。INKAN_PKCS11_MODULE の場所と、ファイルの権限を確認してください。`,
  "pkcs11-token-missing": ({ token }) =>
    `トークン「${token}」が見つかりません。接続と INKAN_PKCS11_TOKEN のラベルを確認してから、もう一度実行してください。`,
  "pkcs11-pin-refused-before": ({ token, file }) =>
    `トークン「${token}」が前回拒否したPINのままです。ロックを防ぐため、このPINではもう試しません。PINファイルを正しい内容に直してください。PINが正しく、トークンのロックを解除した場合は、${file} を削除してから起動してください。`,
  "pkcs11-pin-wrong": ({ token }) =>
    `トークン「${token}」がPINを受け付けません。続けて誤るとトークンがロックされるため、再試行はしません。PINファイルの内容と、ロックされていないかを確認してください。`,
  "pkcs11-key-missing": ({ token, key }) =>
    `トークン「${token}」に鍵 ${key} がありません。別のトークンではないか、鍵が削除されていないかを確認してください。`,
  "pkcs11-key-unprotected": ({ token, key }) =>
    `トークン「${token}」の鍵 ${key} は取り出せる設定のため使用できません。トークンの中で、取り出せない鍵を作り直してください。`,
  "issuer-name-fixed": ({ stored, given }) =>
    `発行会社名は初回の起動で「${stored}」に決まり、認証局の証明書に記載されているため、「${given}」には変更できません。INKAN_ISSUER_NAME を「${stored}」に戻すか、指定を外してから起動してください。`,
  "data-folder-in-use": ({ folder }) =>
    `データフォルダー ${folder} は、別のプロセスが使用中です。先にそちらを停止してください。`,
  "configuration-invalid": ({ variable, why }) =>
    `設定 ${variable} が正しくありません（${why}）。値を修正してから起動してください。`,
  "backup-invalid": ({ why }) =>
    `バックアップを復元できません（${why}）。別のバックアップを指定してください。`,
  "backup-failed": ({ why }) =>
    `バックアップを作成できませんでした（${why}）。原因を取り除いてから、もう一度実行してください。`,
  "backup-tool-missing": ({ tool }) =>
    `コマンド ${tool} が見つかりません。サーバーと同じかそれより新しい版のPostgreSQLクライアントを導入するか、データベースの運用元の手段でバックアップと復元を行ってください。`,
  "restore-not-empty": ({ where }) =>
    `${where} は空ではありません。復元は既存のものを上書きしません。空の場所を指定するか、今あるものを移してから実行してください。`,
} satisfies { [Code in ProblemCode]: (params: ProblemParams[Code]) => string };

/** A request's state by its code. */
const stateWord = (state: string) => (requests.state as Readonly<Record<string, string>>)[state] ?? state;

/** A mass revocation's state by its code. */
const massState = (state: string) =>
  (massRevocation.state as Readonly<Record<string, string>>)[state] ?? state;

/** A certificate's state by its code. */
const certificateState = (state: string) =>
  (certificates.state as Readonly<Record<string, string>>)[state] ?? state;

/** An operator's state by its code. */
const operatorState = (state: string) => (operator.state as Readonly<Record<string, string>>)[state] ?? state;

const nameIn = (words: Readonly<Record<string, { readonly name: string }>>, code: string) =>
  words[code]?.name ?? code;
const groundName = (ground: string) => nameIn(revocation.ground, ground);
const reasonName = (reason: string) => nameIn(revocation.reason, reason);
const orderState = (state: string) =>
  (revocation.orderState as Readonly<Record<string, string>>)[state] ?? state;

const wait = (seconds: number) => (seconds < 60 ? `${seconds}秒` : `${Math.ceil(seconds / 60)}分`);
