/** Signing in, passwords, sessions and second factors: the applicant site, and the account pages of the mTLS sites. */
export const account = {
  signIn: "サインイン",
  signOut: "サインアウト",
  loginId: "ログインID",
  password: "パスワード",
  currentPassword: "現在のパスワード",
  newPassword: "新しいパスワード",
  newPasswordAgain: "新しいパスワード（確認）",
  code: "認証コード",
  sessions: "サインイン中の端末",
  state: { ACTIVE: "有効", DISABLED: "無効" },
  factor: { TOTP: "認証アプリ", PASSKEY: "パスキー" },

  login: {
    /** The seals beside the form: decoration, the same in every language. */
    seals: ["申", "見", "受"],
    title: "サインイン",
    lead: "サーバー証明書の申請、進み具合の確認、ダウンロードはこちらから。",
    forgotten: "パスワードをお忘れの方",
    firstTime:
      "はじめての方は、メールでお知らせしたログインIDと仮パスワードでサインインしてください。仮パスワードは発行から24時間、1回だけ使えます。",
    points: [
      { title: "申請する", text: "CSRを貼り付けると、その場で内容を確かめられます。" },
      { title: "見届ける", text: "誰がいつ何をするのか、発行までの経過が一目で分かります。" },
      { title: "受け取る", text: "お使いのサーバーに合わせた形で、証明書と設定手順をお渡しします。" },
    ],
    pointsLabel: "この申請サイトでできること",
    operatorHint: "承認と発行は、オペレーター証明書をお持ちのオペレーターがオペレーターサイトで行います。",
  },

  passwordPage: {
    title: "パスワードの変更",
    forcedTitle: "新しいパスワードの設定",
    forced: "仮パスワードでサインインしました。続けるには、ご自身のパスワードを設定してください。",
    rules:
      "12文字以上128文字以内。記号や数字を混ぜる必要はありません。覚えやすい言葉をいくつかつなげた、長いパスワードをおすすめします。",
    ruleCommon: "広く使われているもの、流出したもの、ログインIDを含むものは使えません。",
    consequence: "変更すると、ほかの端末のサインインはすべて終了します。",
    save: "パスワードを変更する",
    saveForced: "設定して続ける",
  },

  reset: {
    title: "パスワードをお忘れの方",
    lead: "ログインIDを入力してください。登録されているパスワード通知E-mailに、仮パスワードをお送りします。",
    unchanged: "仮パスワードを使うまで、現在のパスワードはそのまま使えます。",
    send: "仮パスワードを送る",
    sentTitle: "受け付けました",
    sent: "入力されたログインIDが登録されていれば、パスワード通知E-mailに仮パスワードをお送りしました。",
    sentNext: [
      "届いた仮パスワードは、24時間以内に1回だけ使えます。",
      "サインインすると、新しいパスワードの設定に進みます。",
      "数分待っても届かない場合は、迷惑メールの振り分けと、ログインIDの誤りがないかをご確認ください。",
    ],
    sentStuck: "メールアドレスが使えなくなっている場合は、認証局にお問い合わせください。",
    back: "サインインの画面へ戻る",
  },

  sessionPage: {
    lead: "このログインIDで現在サインインしている端末です。心当たりのない端末があれば終了し、パスワードを変更してください。",
    caption: "サインイン中の端末の一覧",
    device: "端末",
    address: "接続元",
    since: "サインイン",
    lastSeen: "最後の操作",
    current: "この端末",
    end: "終了する",
    endNamed: (p: { device: string; since: string }) => `${p.device}（${p.since}から）を終了する`,
    deviceOf: (p: { browser: string; system: string }) => `${p.browser}（${p.system}）`,
    unknownBrowser: "不明なブラウザー",
    unknownSystem: "不明なOS",
    changePassword: "パスワードを変更する",
    rule: "30分間操作がない場合、またはサインインから12時間たつと、自動的に終了します。",
  },

  challenge: {
    title: "二要素認証",
    lead: "承認など、取り消せない操作の前に、ご本人であることを確認します。確認は5分間有効です。",
    codeHelp: "認証アプリに表示されている6桁の数字を入力してください。",
    codeExample: "例：123456",
    confirm: "確認する",
    usePasskey: "パスキーで確認する",
    passkeyLead: "端末の画面ロック（指紋・顔・PIN）またはセキュリティーキーで確認します。",
    orCode: "または、認証アプリのコードで確認する",
    manage: "認証方法を管理する",
    lost: "認証アプリやパスキーを紛失した場合は、認証局にご連絡ください。",
  },

  factors: {
    title: "二要素認証の管理",
    lead: "承認などの前に使う認証方法です。紛失に備え、2つ以上の登録をおすすめします。",
    none: "認証方法がまだ登録されていません",
    noneLead: "承認などの操作には二要素認証が必要です。はじめに、次のどちらかを登録してください。",
    caption: "登録済みの認証方法",
    kind: "種類",
    name: "名前",
    added: "登録",
    lastUsed: "最後の使用",
    add: "認証方法を追加する",
    remove: "削除する",
    removeNamed: (p: { name: string }) => `${p.name}を削除する`,
    removeTitle: "認証方法の削除",
    removeLead: (p: { name: string }) => `「${p.name}」を削除すると、この認証方法は使えなくなります。`,
    freshNeeded: "追加と削除の前に、登録済みの認証方法で確認します。",
    addTotp: "認証アプリを登録する",
    addTotpHelp: "スマートフォンのアプリに表示される6桁のコードを使います。",
    addPasskey: "パスキーを登録する",
    addPasskeyHelp: "端末の画面ロックまたはセキュリティーキーを使います。フィッシングに強い方法です。",
    nameHelp: "あとで見分けるための名前です。",
    nameExample: "例：業務用スマートフォン",
    nameDefault: { TOTP: "認証アプリ", PASSKEY: "パスキー" },
  },

  totpPage: {
    title: "認証アプリの登録",
    step1: "認証アプリでQRコードを読み取る",
    step1Help:
      "Google Authenticator、Microsoft Authenticatorなど、TOTP（時刻に基づく6桁のコード）に対応したアプリを使えます。",
    qrLabel: "認証アプリで読み取るQRコード",
    manual: "読み取れない場合は、次のキーをアプリに入力してください。",
    key: "セットアップキー",
    open: "この端末の認証アプリで開く",
    step2: "表示されたコードを入力する",
    register: "登録する",
  },

  passkeyPage: {
    title: "パスキーの登録",
    lead: "「登録する」を押すと、ブラウザーが画面ロックまたはセキュリティーキーの操作を求めます。",
    register: "登録する",
    needsScript:
      "パスキーにはJavaScriptと、対応したブラウザーが必要です。使えない場合は、認証アプリを登録してください。",
    unsupported: "このブラウザーはパスキーに対応していません。認証アプリをお使いください。",
    failed: "パスキーの操作が完了しませんでした。もう一度お試しください。",
    expired: "確認の有効期限が切れました。もう一度お試しください。",
  },

  mail: {
    login: {
      subject: "【Inkan】申請サイトのご案内",
      text: (p: { organization: string; name: string; url: string; loginId: string }) =>
        `${p.organization}\n${p.name} 様\n\nいつもInkanをご利用いただき、ありがとうございます。\n申請サイトの利用者として登録しましたので、ご案内します。\n\n  申請サイト：${p.url}\n  ログインID：${p.loginId}\n\nパスワードは、このメールとは別にお知らせします（お申し込みの際に設定された場合は、そのパスワードをお使いください）。\n\n本メールにお心当たりのない場合は、お手数ですが認証局までご連絡ください。\n`,
    },
    temporary: {
      subject: "【Inkan】仮パスワードのお知らせ",
      text: (p: { organization: string; name: string; url: string; password: string; until: string }) =>
        `${p.organization}\n${p.name} 様\n\nいつもInkanをご利用いただき、ありがとうございます。\n申請サイトの仮パスワードをお知らせします。\n\n  仮パスワード：${p.password}\n  有効期限　　：${p.until}（日本時間）\n  申請サイト　：${p.url}\n\n仮パスワードは1回だけ使えます。サインイン後、新しいパスワードを設定してください。\n仮パスワードを使うまで、これまでのパスワードはそのまま使えます。\n\nお心当たりのない場合は、仮パスワードを使わずに破棄してください。続けて届く場合は、認証局までご連絡ください。\n`,
      removed: "（送信後に削除しました）",
    },
  },
};
