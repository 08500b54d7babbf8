import { expect } from "vitest";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { signIn } from "./people.ts";
import { openStage, scriptedStory, story } from "./stage.ts";

const t = catalogue("ja");
const stage = openStage();

story(
  stage,
  "a forgotten password, a temporary one by mail, a new one by force",
  async (people, javaScript) => {
    const [loginId, email] = javaScript
      ? ["t.yamada", "t.yamada@example.co.jp"]
      : ["j.sato", "j.sato@example.co.jp"];
    const person = await people.stranger("applicant");
    const { page, faults } = person;
    await page.goto("/login");
    await page.getByRole("link", { name: t.account.login.forgotten }).click();
    if (javaScript) expect(await judge(page)).toEqual([]);
    await page.locator("#loginId").fill(loginId);
    await page.locator('form[action="/password-reset"] button[type=submit]').click();
    await page.waitForURL(/\/sent$/);

    const mail = await people.instance.mails.waitFor(
      (one) => one.recipients.includes(email) && /仮パスワード/.test(one.subject),
      60_000,
    );
    const temporary = /仮パスワード[：:]\s*(\S+)/.exec(mail.text)?.[1] ?? "";
    await signIn(person, loginId, temporary);
    expect(new URL(page.url()).pathname).toBe("/password");
    // Nothing else opens before the password is changed.
    await page.goto("/requests/new");
    expect(new URL(page.url()).pathname).toBe("/password");
    if (javaScript) expect(await judge(page)).toEqual([]);

    faults.expectStatus(422);
    await page.locator("#newPassword").fill("password1234");
    await page.locator("#newPasswordAgain").fill("password1234");
    await page.locator('form[action="/password"] button[type=submit]').click();
    await page.locator("#error-summary").waitFor();
    if (javaScript) expect(await judge(page)).toEqual([]);
    const fresh = javaScript ? "みなとの 新しい 合言葉 7番" : "夜明けの 港で 船を 待つ 9人";
    await page.locator("#newPassword").fill(fresh);
    await page.locator("#newPasswordAgain").fill(fresh);
    await page.locator('form[action="/password"] button[type=submit]').click();
    await page.waitForURL((url) => url.pathname !== "/password");

    // The new one works, and ends with its session.
    await page.locator('form[action="/session/end"] button, form[action*="session"] button').first().click();
    await page.waitForURL(/\/login/);
    await page.goto("/requests");
    expect(new URL(page.url()).pathname).toBe("/login");
    await signIn(person, loginId, fresh);
  },
);

story(stage, "a session elsewhere is ended from here", async (people) => {
  const here = await people.applicant();
  const elsewhere = await people.applicant();
  await here.page.goto("/sessions");
  const rows = here.page.locator("tbody tr");
  const before = await rows.count();
  await here.page
    .locator("tbody tr", { hasNotText: t.account.sessionPage.current })
    .first()
    .getByRole("button")
    .click();
  await here.page.waitForURL(/\/sessions$/);
  expect(await rows.count()).toBe(before - 1);
  await elsewhere.page.goto("/requests");
  expect(new URL(elsewhere.page.url()).pathname).toBe("/login");
});

scriptedStory(stage, "a password shown and hidden", async (people) => {
  const { page } = await people.stranger("applicant");
  await page.goto("/login");
  await page.locator("#password").fill("見せたくない");
  const show = page.locator('button[data-password="password"]');
  await show.click();
  expect(await page.locator("#password").getAttribute("type")).toBe("text");
  expect(await show.getAttribute("aria-pressed")).toBe("true");
  await show.click();
  expect(await page.locator("#password").getAttribute("type")).toBe("password");
});

scriptedStory(stage, "a passkey is enrolled and approves", async (people) => {
  const operator = await people.operator("yamada");
  const { page, context } = operator;
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto("/second-factors/passkey");
  await people.giveSecondFactor(operator, "yamada");
  expect(await judge(page)).toEqual([]);
  await page.getByRole("button", { name: t.account.passkeyPage.register }).click();
  await page.waitForURL(/\/second-factors$/);
  await page.getByText(t.account.factor.PASSKEY).first().waitFor();
  expect(await judge(page)).toEqual([]);

  // Another session of the same browser has given nothing yet.
  await context.clearCookies();
  await page.goto("/requests");
  await page.locator("tr", { hasText: "recruit.example.co.jp" }).getByRole("link").first().click();
  await page.locator('a[href$="/approval"]').first().click();
  expect(new URL(page.url()).pathname).toBe("/second-factor");
  expect(await judge(page)).toEqual([]);
  await page.getByRole("button", { name: t.account.challenge.usePasskey }).click();
  await page.getByRole("button", { name: t.operator.approval.submit }).click();
  await page.locator('a[href^="/certificates/"]').first().waitFor();
});
