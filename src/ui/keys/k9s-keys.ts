/** A key of k9s, and what does the same here. */
export interface PeerKey {
  readonly key: string
  readonly does: string
  /** The key of muster on a table or a page; null if it has no such key. */
  readonly muster: string | null
  /** Why it is another one, or none. */
  readonly why: string
}

/** What fingers know from k9s (its README, section "Key Bindings", and the keys of its tables), and what they find here. */
export const k9sKeys: readonly PeerKey[] = [
  row(':', 'a kind, or a command', ':'),
  row(':pod /fred', 'a kind with a filter', ':', ':KIND web, :KIND /web, :KIND state=in-use'),
  row(
    ':pod ns @ctx',
    'a kind elsewhere',
    ':',
    'every account and region is in one table: :KIND account=prod',
  ),
  row('ctrl-a', 'all kinds', ':', 'tab goes round them, also those that hold what is typed'),
  row('/', 'filter the rows', '/', 'words, conditions on columns and tags, !word; regexes as /^web-/'),
  row('/!', 'rows that do not hold it', '/', '!web; of several words each may have its own'),
  row('/-l', 'labels', '/', 'tag:Env=prod'),
  row('/-f', 'fuzzy', '/', 'several words, in any order and any column; lists to choose from are fuzzy'),
  row('?', 'the keys', '?'),
  row('esc', 'leave the filter, the page, the table', 'esc'),
  row('j k g G', 'down, up, first, last', 'j', 'the same'),
  row('ctrl-f ctrl-b', 'a page down, up', 'ctrl-f', 'the same'),
  row('enter', 'open the row', 'enter', 'also the resource behind a row of a query, and the rows of a group'),
  row('d', 'describe', 'd'),
  row('y', 'YAML', 'y', 'J is JSON, as the AWS CLI prints it'),
  row('e', 'edit', 'e', 'opens it to be read: muster changes nothing in AWS'),
  row('c', 'copy the name', 'c', 'the id, which AWS takes everywhere; C copies the table'),
  row('n', 'copy the namespace', 'C', 'C copies the table, with its accounts and regions'),
  row('[ ]', 'back, forward', '[', 'the same'),
  row('-', 'the last view', '[', '[ goes back and ] forward again'),
  row('shift-left shift-right', 'choose a column', 'shift-left', 'h and l as well'),
  row('shift-o', 'sort by the chosen column', 'O'),
  row(
    'shift-n shift-a',
    'sort by name, by age',
    'O',
    'kinds differ in their columns: choose any, then shift-o',
  ),
  row('ctrl-w', 'wide: more columns', 'ctrl-w', 'w chooses columns one by one, which k9s does in views.yaml'),
  row('ctrl-e ctrl-g', 'hide the header, the crumbs', null, 'both are one line here, the title'),
  row('ctrl-s', 'save the view', 'ctrl-s', 'exactly what is shown, in any of the formats of the commands'),
  row('ctrl-r', 'read again', 'ctrl-r', 'k9s reads every 2 s; the setting every does so here'),
  row('ctrl-z', 'rows with faults', '!', 'ctrl-z suspends, as in a shell; ! names what could not be read'),
  row('0-9', 'a namespace', 'P', 'accounts and regions are chosen in lists: P and R'),
  row(':ctx :ns', 'a context, a namespace', 'P', ':profiles and :regions, or P and R'),
  row('q', 'back, or quit', 'q', 'asks before it quits: two quick ones must not end the program'),
  row(':q ctrl-c', 'quit', 'ctrl-c', 'the same'),
  row('space', 'mark rows', 'm', 'm marks one row, to compare another with it'),
  row('ctrl-space ctrl-\\', 'mark to here, remove the marks', 'm', 'm on the marked row removes the mark'),
  row(
    ':xray',
    'what belongs together',
    'enter',
    'the page of a resource has what it mentions and what mentions it',
  ),
  row(':pulses', 'an overview', 'F', 'counts by any column, with bars; Q has counts that are used often'),
  row(
    ':popeye',
    'what is wrong',
    'Q',
    'the saved queries find what is open, unused or old; muster doctor looks at ~/.aws',
  ),
  row('ctrl-d ctrl-k', 'delete, kill', null, 'muster only reads; ctrl-d scrolls half a page'),
  row('s a l shift-f', 'shell, attach, logs, forward a port', null, 'muster only reads'),
]

function row(key: string, does: string, muster: string | null, why = ''): PeerKey {
  return { key, does, muster, why }
}
