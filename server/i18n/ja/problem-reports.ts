import { deskProblemReports } from "./desk-problem-reports.ts";
import { published } from "./published.ts";
import { reportAnswers } from "./report-answers.ts";

/** 証明書の問題報告: the public form, the words it shares with the desk, and its mails. */
export const problemReports = {
  title: "証明書の問題を報告する",
  category: {
    KEY_COMPROMISE: "鍵の危殆化",
    MISUSE: "不正利用・フィッシング",
    WRONG_CONTENT: "記載内容の誤り",
    NO_RIGHT_TO_NAME: "ドメイン名の権利がない",
    OTHER: "その他",
  },
  categoryHelp: {
    KEY_COMPROMISE: "秘密鍵が漏えいした、公開されている、または計算できる場合です。",
    MISUSE: "なりすまし、フィッシング、マルウェアの配布などに証明書が使われている場合です。",
    WRONG_CONTENT: "組織名や所在地など、証明書の記載が事実と異なる場合です。",
    NO_RIGHT_TO_NAME: "証明書に記載されたドメイン名を使う権利を、証明書の持ち主が失っている場合です。",
    OTHER: "上のどれにも当てはまらない、または判断できない場合です。",
  },
  state: {
    OPEN: "対応中",
    REVOCATION_ORDERED: "失効を決定",
    SETTLED: "対応済みで終了",
    DISMISSED: "失効せず終了",
  },
  proof: {
    NONE: "なし",
    NAMED: "鍵を特定（証明ではない）",
    PROVEN: "秘密鍵の所持を確認",
  },
  proofKind: { PRIVATE_KEY: "秘密鍵のファイル", CSR: "CSR" },
  field: {
    category: "問題の種類",
    domain: "ドメイン名",
    serial: "シリアル番号",
    fingerprint: "SHA-256フィンガープリント",
    certificate: "証明書（PEM形式）",
    certificateFile: "証明書のファイル",
    description: "状況の説明",
    proofFile: "CSRまたは秘密鍵のファイル",
    proof: "CSRの貼り付け",
    reporterName: "お名前",
    reporterEmail: "メールアドレス",
    language: "ご連絡に使う言語",
    key: "公開鍵",
    keyHash: "公開鍵のSHA-256",
    proofResult: "証明の結果",
  },
  form: {
    lead: (p: { hours: number }) =>
      `当社が発行した証明書に問題があると思われる場合は、どなたでも、いつでも報告できます。報告を受けてから${p.hours}時間以内に調査し、最初の調査結果をご連絡します。`,
    notForSubscribers:
      "ご自身が管理する証明書を失効する場合は、オペレーターサイトで手続きすると、その場で失効できます。",
    whichTitle: "対象の証明書",
    whichHelp: "わかるものを1つ以上入力してください。複数あると、証明書を確実に特定できます。",
    domainHelp: "証明書が使われているサイトのドメイン名です。URLを貼り付けることもできます。",
    domainExample: "例：www.example.co.jp",
    serialHelp: "16進数で入力してください。区切りの「:」や空白は、あってもなくてもかまいません。",
    fingerprintHelp: "16進数64桁です。SHA-1のフィンガープリント（40桁）では特定できません。",
    certificateHelp:
      "「-----BEGIN CERTIFICATE-----」から「-----END CERTIFICATE-----」までを貼り付けるか、下の欄でファイルを選んでください。",
    certificateFileHelp: "PEM形式またはDER形式。貼り付けた内容より、こちらを優先します。",
    whatTitle: "報告の内容",
    descriptionHelp:
      "何が、いつ、どこで起きているかを、できるだけ具体的に書いてください。URLや確認した日時があると、調査が早く進みます。秘密鍵やパスワードは書かないでください。",
    proofTitle: "秘密鍵を持っていることの証明",
    proofLead:
      "漏えいした秘密鍵をお持ちの場合は、次のどちらかの方法で証明できます。証明を確認した鍵は、その場で恒久的に使用を禁止し、その鍵を使うすべての証明書を24時間以内に失効します。証明がなくても報告できます。",
    proofWays: [
      "CSRで証明する（推奨）：その秘密鍵で、次のコマンドのように、コモンネームを「Proof of Key Compromise」としたCSRを作成し、ファイルを選ぶか貼り付けます。秘密鍵を送る必要はありません。",
      "秘密鍵で証明する：秘密鍵のファイル（PEM形式またはDER形式、暗号化していないもの）を選びます。",
    ],
    proofCommand: "CSRを作成するコマンド",
    proofKept:
      "秘密鍵は、確認する間だけメモリー上で扱います。保存、記録、転送は一切せず、確認が終わるとただちに消去します。残るのは、公開鍵のハッシュ値だけです。",
    proofFileHelp: "32 KBまで。",
    proofHelp: "CSRだけを貼り付けてください。秘密鍵は貼り付けず、上の欄でファイルを選んでください。",
    proofDone: "秘密鍵を持っていることを確認しました",
    proofDoneText: "鍵のファイルは消去しました。もう一度選ぶ必要はありません。",
    proofNamed: "CSRから鍵を特定しました",
    proofNamedText:
      "このCSRのコモンネームは「Proof of Key Compromise」ではないため、鍵の特定だけに使い、秘密鍵を持っていることの証明としては扱いません。",
    forgetProof: "この鍵を報告に含めない",
    whoTitle: "ご連絡先",
    whoLead:
      "匿名でも報告できます。メールアドレスを入力すると、受付番号と調査の結果をメールでお送りします。ご連絡先を証明書の持ち主に知らせることはありません。",
    again: "選んだCSRまたは秘密鍵のファイルは、お手数ですが、もう一度選んでください。",
    identifyOne: "対象の証明書がわかるものを、1つ以上入力してください。",
  },
  check: {
    title: "報告する内容の確認",
    lead: "まだ送信していません。内容を確認し、「この内容で報告する」を押してください。",
    what: "報告の内容",
    which: "対象の証明書",
    proof: "秘密鍵を持っていることの証明",
    who: "ご連絡先",
    certificateSent: "添付あり",
    anonymous: "匿名",
    noMail: "なし（受付番号は次の画面に表示します）",
    submit: "この内容で報告する",
    provenNotice: "送信すると、この鍵の使用を禁止します",
    provenNoticeText:
      "秘密鍵を持っていることを確認しました。送信すると、この鍵を恒久的に使用禁止にし、この鍵を使うすべての証明書の失効を手配します。",
  },
  receipt: {
    title: "報告を受け付けました",
    number: "受付番号",
    keepNumber: "お問い合わせの際に必要です。控えておいてください。",
    receivedAt: "受付日時",
    until: "最初の調査結果をご連絡する期限",
    mailed: "受付の控えをメールでお送りしました。",
    notMailed: "控えのメールはお送りしていません。受付番号を控えてください。",
    next: [
      "担当者が事実を調査します。",
      "24時間以内に、最初の調査結果を報告者と証明書の持ち主に連絡します。",
      "失効が必要と判断した場合は、定められた期限（24時間または5日）までに失効し、結果を連絡します。",
    ],
    proven: "鍵の危殆化を確認し、使用を禁止しました",
    provenText: (p: { count: string; perhapsMore: boolean; at: string }) =>
      `この鍵を使う証明書${p.perhapsMore ? "少なくとも" : ""}${p.count}枚を、${p.at}までに失効します。`,
    blockedText:
      "この鍵を使う有効な証明書で、新たに失効するものはありませんでした。この鍵で証明書が発行されることは、今後ありません。",
    provenNext: (p: { at: string; mailed: boolean }) => [
      "証明書の持ち主に、失効の予定と、鍵の入れ替えのお願いを、すでに送りました。",
      `${p.at}までに失効します。${published}`,
      p.mailed
        ? "このほかにご連絡が必要なことがあれば、ご登録のメールアドレスにお送りします。あなたが行う手続きは、もうありません。"
        : "メールアドレスの入力がないため、この後のご連絡はありません。あなたが行う手続きは、もうありません。",
    ],
    another: "別の問題を報告する",
  },
  explanation: (receiptNumber: string | null) =>
    receiptNumber === null
      ? "この証明書の秘密鍵が漏えいしていることを確認しました。"
      : `この証明書の秘密鍵が第三者に知られていることを、電子署名によって確認しました（問題報告の受付番号 ${receiptNumber}）。`,
  deadline: { preliminary: "初回報告", decision: "失効の判断" },
  urgency: { CALM: "余裕あり", SOON: "6時間以内", URGENT: "1時間以内", OVERDUE: "期限超過" },
  mail: {
    toReporter: "ご報告いただいた方へ\n\n証明書の問題をご報告いただき、ありがとうございます。",
    toSubscriber: (p: { name: string }) =>
      `${p.name}\nご担当者様\n\nいつもInkanをご利用いただき、ありがとうございます。`,
    closing: (p: { issuer: string }) => `${p.issuer}　審査デスク`,
    line: {
      receiptNumber: (value: string) => `受付番号　　　：${value}`,
      category: (value: string) => `問題の種類　　：${value}`,
      receivedAt: (value: string) => `受付日時　　　：${value}`,
      proof: (value: string) => `秘密鍵の証明　：${value}`,
      serial: (value: string) => `シリアル番号　：${value}`,
    },
    receipt: {
      subject: (p: { receiptNumber: string }) => `【問題報告の受付】${p.receiptNumber}`,
      opening:
        "次の報告を受け付けました。心当たりがない場合は、どなたかがこのメールアドレスを入力したものです。その場合は、このメールを破棄してください。",
      next: (p: { until: string }) =>
        `${p.until}までに調査し、最初の調査結果をこのメールアドレスにお送りします。`,
      proven: (p: { count: number; perhapsMore: boolean; at: string }) =>
        `秘密鍵の漏えいを確認し、この鍵の使用を恒久的に禁止しました。この鍵を使う証明書${p.perhapsMore ? "少なくとも" : ""}${p.count}枚を、${p.at}までに失効します。`,
      blocked:
        "秘密鍵の漏えいを確認し、この鍵の使用を恒久的に禁止しました。この鍵を使う有効な証明書で、新たに失効するものはありませんでした。",
    },
    arrived: {
      subject: (p: { receiptNumber: string; category: string }) =>
        `【問題報告】${p.category}（${p.receiptNumber}）`,
      opening: "証明書の問題報告を受け付けました。",
      next: (p: { until: string }) => `次の期限は${p.until}です。内容を確認し、調査を始めてください。`,
      settled:
        "秘密鍵の漏えいを確認し、対象の証明書の失効をすべて手配しました。手配の内容を確認してください。",
    },
    warning: {
      near: (p: { receiptNumber: string; what: string; until: string }) =>
        `【期限が近づいています】${p.what} ${p.until}（${p.receiptNumber}）`,
      overdue: (p: { receiptNumber: string; what: string; until: string }) =>
        `【期限を過ぎました】${p.what} ${p.until}（${p.receiptNumber}）`,
      opening: (p: { what: string; until: string }) =>
        `次の問題報告の「${p.what}」の期限は、${p.until}です。ただちに対応してください。`,
    },
    preliminary: {
      subject: (p: { receiptNumber: string }) => `【問題報告の調査状況】${p.receiptNumber}`,
      opening: "ご報告について、現時点の調査結果をお知らせします。",
      openingToSubscriber:
        "貴社の証明書について問題の報告があり、調査しています。現時点の調査結果をお知らせします。",
    },
    upheld: {
      subject: (p: { receiptNumber: string }) => `【問題報告の結果】${p.receiptNumber}`,
      opening: "ご報告について調査した結果、対象の証明書の失効を決定しました。",
    },
    settled: {
      subject: (p: { receiptNumber: string }) => `【問題報告の結果】${p.receiptNumber}`,
      opening:
        "ご報告について調査した結果、対象の証明書は、すでに失効しているか、失効の予定が決まっていました。",
      openingToSubscriber:
        "貴社の証明書について報告があった問題を調査した結果、対象の証明書は、すでに失効しているか、失効の予定が決まっていました。新たに必要な手続きはありません。",
    },
    dismissed: {
      subject: (p: { receiptNumber: string }) => `【問題報告の結果】${p.receiptNumber}`,
      opening: "ご報告について調査した結果、証明書を失効する理由は認められませんでした。",
      openingToSubscriber:
        "貴社の証明書について報告があった問題を調査した結果、証明書を失効する理由は認められませんでした。証明書は、引き続きお使いいただけます。",
    },
  },
  answer: reportAnswers,
  ...deskProblemReports,
};
