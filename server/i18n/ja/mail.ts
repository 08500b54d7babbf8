export const mail = {
  greeting: (p: { organization: string; name: string }) => `${p.organization}\n${p.name} 様`,
  opening: "いつもInkanをご利用いただき、ありがとうございます。",
  closing: "本メールにお心当たりのない場合は、お手数ですが認証局までご連絡ください。",
  viewer: {
    title: "送信されたメール",
    to: "宛先",
    from: "差出人",
    subject: "件名",
    at: "送信日時",
    empty: "メールはまだありません。",
  },
};
