/**
 * The few members of the browser's DOM that functions use which run in the page. With the DOM's own types in the
 * project, code of the extension could use what its host does not have.
 *
 * Such functions must not define named ones inside: what tsx makes of those does not work in the page.
 */
export interface PageElement {
  readonly className: string;
  readonly textContent: string;
  readonly style: { readonly top: string };
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}
