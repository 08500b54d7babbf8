import { page } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";

/** What the public site needs to know: where the others are. */
interface PublicDeps {
  readonly siteUrls: {
    readonly applicant: string;
    readonly operator: string;
    readonly repository: string;
  };
  readonly issuerName: string;
}

interface PublicHome extends Pick<PublicDeps, "issuerName"> {
  readonly sites: PublicDeps["siteUrls"];
  readonly authorities: readonly {
    readonly name: string;
    readonly certificate: string;
    readonly crl: string;
  }[];
}

const homeView = view<PublicHome>("public/home/show");
const route = routesOf<PublicDeps>();

/** What the service is, where to sign in, the CA certificates and CRLs. */
export const publicHomeRoute = route({
  method: "GET",
  path: "/",
  permission: "anyone",
  handle: ({ deps }) =>
    page(homeView, {
      issuerName: deps.issuerName,
      sites: deps.siteUrls,
      authorities: ["customer-root", "customer-ov", "customer-ev"].map((name) => ({
        name,
        certificate: `${deps.siteUrls.repository}/ca/${name}.cer`,
        crl: `${deps.siteUrls.repository}/crl/${name}.crl`,
      })),
    }),
});
