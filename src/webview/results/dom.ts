/** Attributes and properties of an element to be made. Text from outside goes in as text, never as markup. */
interface Parts {
  className?: string;
  text?: string;
  attributes?: Readonly<Record<string, string>>;
  onClick?: () => void;
}

/** Makes an element. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  { className, text, attributes, onClick }: Parts = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (className !== undefined) {
    element.className = className;
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  for (const [attribute, value] of Object.entries(attributes ?? {})) {
    element.setAttribute(attribute, value);
  }
  if (onClick !== undefined) {
    element.addEventListener('click', onClick);
  }
  element.append(...children);
  return element;
}

/** Sets an attribute, or takes it away. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Fills in `{0}`, `{1}`… of a text. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** Does something a little later, and once for however often it is asked for until then. @param wait calls back later. */
export function once(act: () => void, wait: (callback: () => void) => unknown): () => void {
  let isPending = false;
  return () => {
    if (!isPending) {
      isPending = true;
      wait(() => {
        isPending = false;
        act();
      });
    }
  };
}

/** Tenths of a second are soon enough for what nobody waits for. */
export const soon = (callback: () => void): unknown => setTimeout(callback, 100);
