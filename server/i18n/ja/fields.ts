/** What is wrong with a field, one sentence each, with its label (zod's issue codes in our own words). */
export const fields = {
  missing: (p: { label: string }) => `${p.label}を入力してください。`,
  notChosen: (p: { label: string }) => `${p.label}を選択してください。`,
  tooShort: (p: { label: string; minimum: number }) =>
    `${p.label}は${p.minimum.toLocaleString("ja-JP")}文字以上で入力してください。`,
  tooLong: (p: { label: string; maximum: number }) =>
    `${p.label}は${p.maximum.toLocaleString("ja-JP")}文字以内で入力してください。`,
  wrongLength: (p: { label: string; length: number }) => `${p.label}は${p.length}文字で入力してください。`,
  tooSmall: (p: { label: string; minimum: string }) => `${p.label}は${p.minimum}以上の値を入力してください。`,
  tooBig: (p: { label: string; maximum: string }) => `${p.label}は${p.maximum}以下の値を入力してください。`,
  tooFew: (p: { label: string; minimum: number }) => `${p.label}を${p.minimum}件以上指定してください。`,
  tooMany: (p: { label: string; maximum: number }) => `${p.label}は${p.maximum}件までにしてください。`,
  notNumber: (p: { label: string }) => `${p.label}は数字で入力してください。例：12`,
  notEmail: (p: { label: string }) =>
    `${p.label}はメールアドレスの形式で入力してください。例：tanto@example.co.jp`,
  notUrl: (p: { label: string }) => `${p.label}はURLの形式で入力してください。例：https://www.example.co.jp/`,
  notDate: (p: { label: string }) => `${p.label}は日付の形式で入力してください。例：2026/11/21、R8.11.21`,
  wrongFormat: (p: { label: string }) =>
    `${p.label}の形式が正しくありません。入力例に合わせて入力してください。`,
  notOffered: (p: { label: string }) => `${p.label}は表示されている選択肢から選んでください。`,
  notMultiple: (p: { label: string; step: string }) => `${p.label}は${p.step}の倍数で入力してください。`,
  unknownField: "画面にない項目が送信されました。ページを再読み込みして、もう一度入力してください。",
  invalid: (p: { label: string }) => `${p.label}の内容を確認してください。`,
};
