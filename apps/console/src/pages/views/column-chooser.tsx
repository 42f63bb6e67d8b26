import { useCallback, useMemo } from 'react';
import type { Column } from '../../components/data-table.js';
import { Icon } from '../../components/icons.js';
import { Menu } from '../../components/menu.js';
import { isStrings, useRemembered } from '../../storage.js';

/**
 * Which columns of a table are shown, remembered on this machine by what is hidden: columns of a later version appear.
 */
export function useColumns<Row>(table: string, all: readonly Column<Row>[], firstHidden: readonly string[] = []) {
  const [hidden, setHidden] = useRemembered<readonly string[]>(`columns.${table}`, firstHidden, isStrings);
  const shown = useMemo(
    () => all.filter((column) => column.stick === true || !hidden.includes(column.id)),
    [all, hidden],
  );
  const show = useCallback(
    (id: string, on: boolean) => setHidden(on ? hidden.filter((other) => other !== id) : [...hidden, id]),
    [hidden, setHidden],
  );
  const chooser = (
    <Menu
      label={
        <>
          <Icon name="columns" /> Columns
        </>
      }
      testId="columns"
    >
      <fieldset className="checks column">
        <legend className="visually-hidden">Columns</legend>
        {all
          .filter((column) => column.stick !== true)
          .map((column) => (
            <label key={column.id}>
              <input
                type="checkbox"
                checked={!hidden.includes(column.id)}
                onChange={(event) => show(column.id, event.target.checked)}
              />
              {column.label}
              {column.group ? <span className="faint">{column.group}</span> : null}
            </label>
          ))}
      </fieldset>
    </Menu>
  );
  return { shown, chooser };
}
