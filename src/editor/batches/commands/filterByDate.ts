import * as vscode from 'vscode';
import { type CreatedFilter, createdPresets } from '../../../core/batches/filter';
import { type DateTextFault, type NamedSpan, parseDateText } from '../../../core/common/parseDate';
import { filterText, presetText, createdAfterText, createdBeforeText } from '../text/filters';
import { changeFilter, type FilterContext } from './changeFilter';

/** The action of a row: apply a filter, remove the filter, or ask for dates. */
type Choice =
  | { readonly kind: 'ready'; readonly created: CreatedFilter | undefined }
  | { readonly kind: 'after' | 'before' | 'between' };

type ChoiceItem = vscode.QuickPickItem & { readonly choice: Choice };

/** *Filter by Date…*: offers presets, and ranges whose dates the user types. */
export async function filterByDate(context: FilterContext): Promise<void> {
  const current = context.store.filter.created;
  const picked = await vscode.window.showQuickPick(choices(current), {
    title: vscode.l10n.t('Filter by Date'),
    placeHolder: vscode.l10n.t('Show batches by creation date'),
  });
  if (picked === undefined || !('choice' in picked)) {
    return;
  }
  const created = picked.choice.kind === 'ready' ? picked.choice : await askForRange(picked.choice.kind, current);
  if (created !== undefined) {
    await changeFilter(context, { ...context.store.filter, created: created.created });
  }
}

function choices(current: CreatedFilter | undefined): (ChoiceItem | vscode.QuickPickItem)[] {
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
  const clear: ChoiceItem = {
    label: `$(clear-all) ${vscode.l10n.t('Any date')}`,
    description: vscode.l10n.t('current filter: {0}', filterText({ statuses: [], created: current })),
    choice: { kind: 'ready', created: undefined },
  };
  return [
    ...(current === undefined ? [] : [clear, separator]),
    ...createdPresets.map((preset): ChoiceItem => {
      return { label: presetText(preset), choice: { kind: 'ready', created: { kind: 'preset', preset } } };
    }),
    separator,
    { label: vscode.l10n.t('Created after…'), choice: { kind: 'after' } },
    { label: vscode.l10n.t('Created before…'), choice: { kind: 'before' } },
    { label: vscode.l10n.t('Between two dates…'), choice: { kind: 'between' } },
  ];
}

async function askForRange(
  kind: 'after' | 'before' | 'between',
  current: CreatedFilter | undefined,
): Promise<{ created: CreatedFilter } | undefined> {
  const range = current?.kind === 'range' ? current : undefined;
  const bounds: { after?: number; before?: number } = {};
  if (kind !== 'before') {
    const from = await askForDate({
      title: kind === 'between' ? vscode.l10n.t('Created Between (1/2): From') : vscode.l10n.t('Created After'),
      value: inputText(range?.after, 'start'),
      interpretation: createdAfterText,
    });
    if (from === undefined) {
      return undefined;
    }
    bounds.after = from.start;
  }
  if (kind !== 'after') {
    const until = await askForDate({
      title: kind === 'between' ? vscode.l10n.t('Created Between (2/2): Until') : vscode.l10n.t('Created Before'),
      value: inputText(range?.before, 'end'),
      interpretation: createdBeforeText,
      ...(bounds.after === undefined ? {} : { notBefore: bounds.after }),
    });
    if (until === undefined) {
      return undefined;
    }
    bounds.before = until.end;
  }
  return { created: { kind: 'range', ...bounds } };
}

interface DateQuestion {
  readonly title: string;
  readonly value: string;
  readonly interpretation: (span: NamedSpan) => string;
  /** The date must not be earlier than this, in milliseconds since 1970. */
  readonly notBefore?: number;
}

/** Asks for a date. Shows below the input how it is interpreted. */
async function askForDate(question: DateQuestion): Promise<NamedSpan | undefined> {
  // Loaded on first use, because the natural language parser is large.
  const { parseNaturalDate } = await import('../../../platform/naturalDates');
  const parse = (text: string): NamedSpan | string => {
    const parsed = parseDateText(text, Date.now(), parseNaturalDate);
    if ('fault' in parsed) {
      return faultText(parsed.fault);
    }
    if (question.notBefore !== undefined && parsed.span.end < question.notBefore) {
      return vscode.l10n.t('The end is before the start. {0}.', question.interpretation(parsed.span));
    }
    return parsed.span;
  };
  const text = await vscode.window.showInputBox({
    title: question.title,
    prompt: vscode.l10n.t('A date such as 2026-11-01, 2026-11-01 14:00, yesterday or 3 days ago'),
    value: question.value,
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value.trim() === '') {
        return undefined;
      }
      const parsed = parse(value);
      return typeof parsed === 'string'
        ? { message: parsed, severity: vscode.InputBoxValidationSeverity.Error }
        : { message: question.interpretation(parsed), severity: vscode.InputBoxValidationSeverity.Info };
    },
  });
  if (text === undefined || text.trim() === '') {
    return undefined;
  }
  const parsed = parse(text);
  return typeof parsed === 'string' ? undefined : parsed;
}

/** The current bound as text the user can edit: local time in ISO 8601, without the time of day if it is a day's start or end. */
function inputText(at: number | undefined, edge: 'start' | 'end'): string {
  if (at === undefined) {
    return '';
  }
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const midnight = edge === 'start' ? date : new Date(at + 1);
  if (midnight.getTime() === new Date(midnight).setHours(0, 0, 0, 0)) {
    return day;
  }
  const seconds = date.getSeconds() === 0 ? '' : `:${two(date.getSeconds())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
}

function faultText(fault: DateTextFault): string {
  const notUnderstood = vscode.l10n.t(
    "Can't read that as a date. Try 2026-11-01, 2026-11-01 14:00, yesterday or 3 days ago.",
  );
  const texts: Readonly<Record<DateTextFault, string>> = {
    empty: notUnderstood,
    notUnderstood,
    noSuchDate: vscode.l10n.t('There is no such date or time.'),
    outOfRange: vscode.l10n.t('The year must be between 1970 and 2999.'),
    aRange: vscode.l10n.t('That is a time span. To enter a start and an end, choose “Between two dates…”.'),
  };
  return texts[fault];
}
