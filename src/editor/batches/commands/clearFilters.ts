import { noFilter } from '../../../core/batches/filter';
import { changeFilter } from './changeFilter';
import type { CommandContext } from '../../commandContext';

/** *Clear Filters*: shows all batches again. */
export async function clearFilters(context: CommandContext): Promise<void> {
  await changeFilter(context, noFilter);
}
