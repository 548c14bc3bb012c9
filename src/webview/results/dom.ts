/** Options of an element to make. Text from the API is inserted as text, never as markup. */
interface ElementOptions {
  className?: string;
  text?: string;
  attributes?: Readonly<Record<string, string>>;
  onClick?: () => void;
}

/** Makes an element. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  { className, text, attributes, onClick }: ElementOptions = {},
  ...children: readonly (Node | string)[]
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

/** Sets an attribute, or removes it if the value is undefined. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) {
    element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Fills in the placeholders `{0}`, `{1}`… of a text. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (placeholder, index: string) => String(values[Number(index)] ?? placeholder));
}

/** Combines calls: runs `act` once, after a delay. @param schedule Calls its callback after the delay. */
export function throttle(act: () => void, schedule: (callback: () => void) => unknown): () => void {
  let isPending = false;
  return () => {
    if (!isPending) {
      isPending = true;
      schedule(() => {
        isPending = false;
        act();
      });
    }
  };
}

/** A delay of 100 ms, for work that the user does not wait for. */
export const soon = (callback: () => void): unknown => setTimeout(callback, 100);
