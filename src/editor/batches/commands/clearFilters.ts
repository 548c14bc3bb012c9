import { noFilter } from '../../../core/batches/filter';
import { changeFilter, type FilterContext } from './changeFilter';

/** *Clear Filters*: shows all batches again. */
export async function clearFilters(context: FilterContext): Promise<void> {
  await changeFilter(context, noFilter);
}
