import type { Locator, Page } from '@playwright/test';
import type { PageElement } from './dom';

export interface Notification {
  severity: 'info' | 'warning' | 'error';
  message: string;
  buttons: string[];
}

/**
 * The toasts in the lower right corner.
 *
 * Traps: a toast without buttons goes away by itself after some seconds, one with buttons stays; at most three are
 * shown. The command "Notifications: Show Notifications" opens the list of all, whose items `toasts` finds too.
 */
export class Notifications {
  readonly toasts: Locator;

  constructor(page: Page) {
    this.toasts = page.locator(
      '.notifications-toasts.visible .notification-list-item, .notifications-center.visible .notification-list-item',
    );
  }

  /** The ones whose message contains this. */
  withText(text: string | RegExp): Locator {
    return this.toasts.filter({ hasText: text });
  }

  async all(): Promise<Notification[]> {
    return await this.toasts.evaluateAll((items: PageElement[]): Notification[] =>
      items.map((item) => {
        const icon = item.querySelector('.notification-list-item-icon')?.className ?? '';
        return {
          severity: icon.includes('codicon-error') ? 'error' : icon.includes('codicon-warning') ? 'warning' : 'info',
          message: item.querySelector('.notification-list-item-message')?.textContent ?? '',
          buttons: [...item.querySelectorAll('.notification-list-item-buttons-container .monaco-text-button')].map(
            (button) => button.textContent,
          ),
        };
      }),
    );
  }

  async messages(): Promise<string[]> {
    return (await this.all()).map((notification) => notification.message);
  }

  /** Clicks a button of the one whose message contains `text`. */
  async click(text: string | RegExp, button: string): Promise<void> {
    await this.withText(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** Closes the one whose message contains `text`. */
  async close(text: string | RegExp): Promise<void> {
    const toast = this.withText(text);
    await toast.hover();
    await toast.locator('.codicon-notifications-clear, .codicon-notifications-hide').click();
    await toast.waitFor({ state: 'detached' });
  }
}

/** A modal dialog. There can be one at a time, and nothing else can be used while it is open. */
export class Dialog {
  readonly box: Locator;

  constructor(page: Page) {
    this.box = page.locator('.monaco-dialog-box');
  }

  async message(): Promise<string> {
    return (await this.box.locator('.dialog-message-text').innerText()).trim();
  }

  async detail(): Promise<string> {
    return (await this.box.locator('.dialog-message-detail').innerText()).trim();
  }

  async buttons(): Promise<string[]> {
    await this.box.waitFor();
    return await this.box.locator('.dialog-buttons .monaco-text-button').allInnerTexts();
  }

  async click(button: string): Promise<void> {
    await this.box.getByRole('button', { name: button, exact: true }).click();
    await this.box.waitFor({ state: 'detached' });
  }
}
