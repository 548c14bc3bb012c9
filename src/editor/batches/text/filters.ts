import * as vscode from 'vscode';
import type { BatchFilter, CreatedFilter, CreatedPreset } from '../../../core/batches/filter';
import type { NamedSpan } from '../../../core/common/parseDate';
import { statusText } from './batches';
import { joined } from '../../shared/plainText';
import { clockTimeWithSeconds, exactTime, dateOnly, dateTime } from '../../shared/times';

/** The filter as text, for the description of the view; empty if there is no filter. */
export function filterText(filter: BatchFilter): string {
  return joined(' · ', [
    filter.statuses.length > 0 ? filter.statuses.map(statusText).join(', ') : undefined,
    filter.created === undefined ? undefined : createdText(filter.created),
  ]);
}

export function presetText(preset: CreatedPreset): string {
  const texts: Readonly<Record<CreatedPreset, string>> = {
    last24Hours: vscode.l10n.t('Last 24 hours'),
    last7Days: vscode.l10n.t('Last 7 days'),
    last30Days: vscode.l10n.t('Last 30 days'),
    thisMonth: vscode.l10n.t('This month'),
  };
  return texts[preset];
}

function createdText(created: CreatedFilter): string {
  if (created.kind === 'preset') {
    return presetText(created.preset);
  }
  const { after, before } = created;
  if (after !== undefined && before !== undefined) {
    const from = startText(after);
    const to = endText(before);
    return from === to ? from : `${from} – ${to}`;
  }
  return after !== undefined
    ? vscode.l10n.t('Since {0}', startText(after))
    : vscode.l10n.t('Until {0}', endText(before ?? 0));
}

/** A lower bound, without the time of day if it is the start of a day. */
function startText(at: number): string {
  return isMidnight(at) ? dateOnly(at) : dateTime(at);
}

/** An upper bound, without the time of day if it is the end of a day. */
function endText(at: number): string {
  return isMidnight(at + 1) ? dateOnly(at) : dateTime(at);
}

function isMidnight(at: number): boolean {
  const date = new Date(at);
  return date.getHours() + date.getMinutes() + date.getSeconds() + date.getMilliseconds() === 0;
}

/** How a typed lower bound is interpreted. */
export function createdAfterText(span: NamedSpan): string {
  return vscode.l10n.t('Created on or after {0}', exactTime(span.start));
}

/** How a typed upper bound is interpreted. */
export function createdBeforeText(span: NamedSpan): string {
  return span.precision === 'instant'
    ? vscode.l10n.t('Created on or before {0}', exactTime(span.end))
    : vscode.l10n.t('Created until the end of {0} ({1})', dateOnly(span.end), clockTimeWithSeconds(span.end));
}
