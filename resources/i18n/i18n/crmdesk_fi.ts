<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE TS>
<TS version="2.1" language="fi" sourcelanguage="en">
 <context>
  <name>crmdesk</name>
  <message>
   <source> (filtered from {0})</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source> Not all rows are read yet: load them first (Ctrl+Shift+A).</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source> Pending changes are in it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source> and </source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source> and others</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source> in {n} records.</source>
   <extracomment> in {n} record.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>&amp;Data</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>&amp;File</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>&amp;Record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>&amp;Tools</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>(empty)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>(no line)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>(no name)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>* must be filled in</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>+ Add</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>+ Heading</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>+ Line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>+ Product or service</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>, perhaps more: the server gives no more at once</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>, the first {0} are shown</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>1 File</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>1 row</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>2 Columns</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>3 Check rows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>4 Stage</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>5 % is a percentage, 5 an amount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A PEM file of the authority that signed the server's certificate; needed only for your own authority.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A discount is an amount there, not a percentage.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A discount of {n}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A discount of {n} %</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A line needs a product and a quantity. Ctrl+Del removes the line.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A list of ids</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A percentage</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>A price of {n}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>About crmdesk</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Account details…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Account {name}, {detail}. Switch account</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Accounts</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Actions</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Actions…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Add a filter</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Add an account</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Add an account…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Add one more: {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Add {n} lines</source>
   <extracomment>Add {n} line</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Added last, not taxed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Address</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Address of the proxy</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Adjustment</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Aim for a total</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Aim for a total…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Aim for {sum}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>All</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>All that match the filter</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>All {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>All {0}, all fields</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Alt+↑↓ moves a line · Ctrl+Del removes it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Among {0} records no two are likely the same.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>An address has no blanks.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>An amount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>An earlier review is still being applied. Wait for it to end, then review again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Anew: {fields}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Any outcome</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Applied</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Apply {n} changes</source>
   <extracomment>Apply {n} change</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>As shown</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>As stored</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>As the server computed it; no rule of its is known here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>As the system</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>As the system says</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Ask the server in its own words</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Asked</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Asking the server</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Asking the server how these records stand now …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Asking the server…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Asks the server as the portal would. The password is neither kept nor logged.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>At another place: {line}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Back to, or why not</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Batches, newest first</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Before</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Browse and mend the data of your CRM. Every change is shown before it is sent, and proven after.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Built in, no account needed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>By</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>CSV (*.csv)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>CSV for spreadsheets</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>CSV, XLSX or JSON lines; it can also be dropped here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>CSV, exact</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Call</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Call an operation…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Call this number?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Call {name}?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Call…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Certificates (*.pem *.crt *.cer);;All files (*)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Change</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Change many {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Change many…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Changed on the server since: {value}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Changed, not yet sent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Changes (*.jsonl)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Changes of the batch</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Changes to apply</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Check</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Check a portal login</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Check a portal login…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Check for conflicts</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Check {n} rows</source>
   <extracomment>Check 1 row</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Choose a document</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose a file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose a file…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose a list, then link a record to it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose a quote, an order or an invoice first.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose a record in a list</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose a record to see it here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose an operation on the left.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose another…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose or add one</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose the document on the left.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose the field to change.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Clear</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Clear {field}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Close</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Close message</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Close tab</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Close the record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Colour</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Colours</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Column in the file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Columns</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Columns…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Company, street, town, telephone</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Compare with</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Compare with the server; nothing is sent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Compare with…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Compare {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Compared {done} of {total}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Comparing with the server …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Comparing {0} records…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Compute</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Connecting to {address} …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copied</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copied as text.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copied: {what}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy as text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy field name</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy id</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy link</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy the document as text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy the whole message</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy value</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Copy with column titles</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Country of phone numbers without a country code</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Create</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Ctrl+K goes to any module, record or command. Every action shows its key.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Ctrl+N adds the first one.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Ctrl+Return: done</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Ctrl+Return; what is selected, else everything</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Damaged text in {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Dark</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Dates</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Decimals</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Delete</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Delete {title}?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Deleted: {0}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Demo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Details</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Differences</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Differences only</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Differs in</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discard</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discard all changes of this record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discard everything; undo brings it back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discard this field</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discard this new record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discount of a line, an amount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Discount of a line, in percent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Do everything but send</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Documents</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Done.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Drop files here to upload them.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Dry run</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Dry run: {n} records would be sent.</source>
   <extracomment>Dry run: {n} record would be sent.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Duplicate</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Duplicate the document…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Duplicate {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Duplicate {n} lines</source>
   <extracomment>Duplicate {n} line</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>E-mail</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Each record is read once more just before it is sent. This server does not tell us what somebody else saves in the moment after that ({n} ms, as measured): such a save would be overwritten.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Earlier queries</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit a line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit account</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit as query…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit fields</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit this account…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit {name}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Edit {n} cells</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Empty cells</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Encoding</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Environment</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Every apply is noted here, with what was there before.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Every row is held against the server</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Every row is so already on the server, or is left out.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Every row makes a new record.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Every value exactly as it is, for other programs; a spreadsheet may change some of them.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Everything is taken over.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Export</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Export the journal</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Export this batch…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Export {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Export…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Expression</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Extra certificates</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Field</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Field to change</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Field to copy from</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fields by their names, texts in quotes. Point at the line to see the functions.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fields of the row</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fields of this module…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>File with extra certificates</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fill down</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fill in e-mail, password and portal id.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fill in the address, for example https://crm.example.com/</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fill in {name}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Filter as text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Filter modules</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find a field</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find by</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find damaged text…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find duplicates…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find in the reply</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find in this table</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Find…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>First rows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Fold pending changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Folders cannot be uploaded, only files.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>For an e-mail or a note</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>For example http://user:password@proxy:3128</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>For example: upper(trim(bill_city))</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>For the command line: crmdesk apply</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Format</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Found by {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Found: delete. Not found: leave out.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Found: update. Not found: create.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Found: update. Not found: leave out.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>From a spreadsheet: item, quantity, price … as the columns stand</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Give the account a name; it is shown in the window and on every review.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Go back, or try again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Go to anything</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Go to anything…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Goes to</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Gone: {line}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Good to know</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Grand total</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Gross, now {sum}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>HTML entities (M&amp;uuml;ller)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Heading</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Hide details</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Hide empty fields</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Hide what is typed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>History</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Hits</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>How it is called</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>How this CRM computes totals is not known, so no total can be aimed for.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>I looked: it was done</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>I looked: it was not done</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Id of the record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Ids</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Import</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Import {0} into {1} · {2} ({3})</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Import…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>In the record’s form</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Invisible characters</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Is so already</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>It begins with {what}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>It changes data on the server.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>It is linked on the server at once.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>It is not known whether the server carried this out: {why} Look on the server first. Nothing is sent again by itself.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>It is printed above the document and remembered for this account.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>It is sent at once, and nothing here undoes it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>It takes nothing.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Item</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Items, before discount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Its first rows are shown here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Its pending changes are not sent with this; they keep waiting here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>JSON</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>JSON (*.json)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>JSON lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>JSON lines always have the names of the fields.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Journal</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Journal and undo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Keep it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Keep it among the pending changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Keep this line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Keys</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Labels</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Larger text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Leave it so</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Left out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Light</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Light or dark</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Likely duplicates</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Likely duplicates among {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Likeness</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Line discounts</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Line in the file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Line {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Line {0}: {1}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Line {n}: {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Lines · {n}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Lines, totals and fields say the same.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Link</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Link to {list}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Linked.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Link…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Listed by</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Load all rows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Loading the record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Loading {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Loading {file}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Loading…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Look first at what would happen; then stage the merge.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Look for</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Look up what is unknown</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Look up {n}</source>
   <extracomment>Look up {n}</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Looking at what can be taken over …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Looking at {what} …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Looking through {0}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Looking up the records: {0} read…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Looking …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Lost letters (M�ller)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Make a {what} of it…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Make a {what} of {name}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Make another document of it…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Make of it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Many servers refuse files of that size.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Marked as not done by hand.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Module, record, saved view or command</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Move down</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Move lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Move up</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Name</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Name of the mapping</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Names of the fields</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Names stand for ids, labels for the words of lists; what several records are called so cannot be told apart when it is imported again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Names stand in row</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Net</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Net, now {sum}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>New</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>New document of {what}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>New line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>New {module}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>New {module}, not sent yet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>New {what}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Next</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Next hit (F3)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Next pane</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Next record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Next tab</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No account open</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No account open. Choose or add one</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No browser could be opened for {address}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No differences</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No field is called that.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No file chosen</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No file is chosen yet.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No lines.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No other document is called so.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No product is called {name}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No proxy</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No reply was kept for this record.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No row of this table refers to “{0}” in {1}. Press F2 in the cell and search for it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No rows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No single product is called “{name}”. Press F2 and choose one from the list.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No single record is called {name}. Choose one from the list.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>No {0} yet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>None</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>None of the marked cells can be changed.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>None yet. The demo is a good place to begin.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Normal text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Not asked for: {line}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Not sent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Not sent yet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Not taken over</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Notes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing can be related to this record.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing changed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing could be written there. Choose another place or printer.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing found. Try fewer letters.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing goes back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing goes back.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing has been changed from this computer yet.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing is called {name}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing is changed by this.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing is sent yet. It is one step for Undo (Ctrl+Z); review and apply it with Ctrl+Shift+Return.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing is sent yet: it is staged, and you review it. Mails the server has sent stay sent.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing is staged</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing like this was changed from this computer</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing matches these filters</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing of the kind can be done with this record.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing to compare with yet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing was changed from this computer yet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing was compared</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing was pasted. More than {0} cells are marked.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing was pasted. {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing was pasted. {why}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing was sent.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Nothing: the lines are as the server has them.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Now</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Number</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Numbers and dates stay numbers and dates; ids and leading zeros stay as they are.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>On the server now</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>One id on each line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>One object a line, for other programs.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Only reads: {vendor} changes nothing here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Only when the whole record is read.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Only where it is empty</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open in a new tab</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open in the browser</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open the calendar</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open the demo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open the product</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open the record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open this document?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open {host} in the browser?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Opens in a spreadsheet without damage: nothing is computed, cut or rounded.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Open…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Operations</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Other discounts and surcharges</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Otherwise than sent: {line} ({what})</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Outcome</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Overall discount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Overall discount, an amount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Overall discount, in percent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>PDF (*.pdf)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>PO Box {box}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Page {n} could not be written. Is there room left?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Page {n} of {all}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Password</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Paste</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Paste and clear {n} cells</source>
   <extracomment>Paste and clear {n} cell</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Paste and keep the values</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Paste ids, one on each line.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Paste rows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Paste the rest</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Paste {0} cells</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Paste {n} lines</source>
   <extracomment>Paste {n} line</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Pending changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Phones without a country code are from</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Place</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Portal id</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Preview</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Previous hit (Shift+F3)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Previous record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Previous tab</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Price</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Price of a line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Print or PDF…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Print: {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Print…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Product</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Proxy and certificates…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Put after</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Put before</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Put instead (empty = take out)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Quantity</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Quantity × price less discount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Query</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Query: {what}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Quit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Raw</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Read as: {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Read only</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Read-only or required, so left as they are: {columns}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Reading the fields of {0}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Reading the file…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Reading the lines …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Reading the operations…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Reading {0}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Reading …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Redo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Redo {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>References are ids, so that the file can be imported again exactly.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Refused</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Refused changes stay pending; the table says why.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Related</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Related records</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Reload</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Remove</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Remove a chip, or search for something else.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Remove all filters</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Remove {name}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Remove {n} lines</source>
   <extracomment>Remove {n} line</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Repair {n} texts</source>
   <extracomment>Repair 1 text</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Replace text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Required</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Restore</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Restore lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Result</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Revert</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Review and apply…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Review and save…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Review only what was refused</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Review {what} · {where}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Row {0} is not read yet.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Row {n}: {why}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Rows 1–{0} of {1}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Rows of the answer</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Rows of the file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Rows of the query</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Rule: {source}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Run</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Run workflows on the server</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Run {query}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Same case</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sample accounts full of data, on this computer. Nothing to set up, nothing leaves it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sample accounts on this computer, full of data to try things on. Nothing leaves it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save and open</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save as PDF</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save as PDF…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save as file…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save as…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save document</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save mapping</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save rows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save rows…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save the answer</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save the rows left out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save the rows left out…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Saved mappings</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Saved {file}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Saved: {path}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Save…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Search for {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Search operations</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Search what was changed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Send nothing after the change under way</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sending goes on</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sending {file} ({n} of {count}) to {title}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sending…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sent to the printer.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sent {done} of {total}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Separator</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Server</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Set to</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sheet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sheet “{0}”</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Shipping and handling</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Show</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Show empty fields</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Show more</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Show what is typed</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Show {n} empty fields</source>
   <extracomment>Show {n} empty field</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Side bar</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Side by side</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Smaller text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Something is missing or wrong; it is marked in the form. Nothing was sent.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Something went wrong in crmdesk</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stage</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stage and review…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stage the merge</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stage the new {what}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stage what brings the lines back; it is sent after your review</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} changes</source>
   <extracomment>Stage 1 change</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} repairs</source>
   <extracomment>Stage 1 repair</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Staged: {n} records will change or go. Review them when you are done here.</source>
   <extracomment>Staged: 1 record will change. Review it when you are done here.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Start page</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Still needed: {fields}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Still reading.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stop</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stop at the first error</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stop checking</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stop the test</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stopped.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stopped. No file was written.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stopping after the change under way …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stored</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stored in your system's keychain, never in a file.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stored now, or why not</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Stray blanks</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sum of quantity × price</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Sum of the lines’ own discounts</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Switch account…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Table</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;All files (*)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON (*.json)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON lines (*.jsonl)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Take back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Take back every change of these lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Take back the change of {field} (was {was})</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Take back the edits of this row</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Take the link away?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Take the user name and password out of the address; they have fields of their own.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Take this one away</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tax</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tax {percent} %</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Test connection</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Testing the connection</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The address begins with https://, not with {scheme}://</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The address comes from the CRM. You are not asked again about this server until the program ends.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The answer as JSON</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The answer is on the clipboard.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The answer, branch by branch</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The clipboard holds more than {n} rows.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The clipboard holds no rows.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but the table goes on for {2} rows below and {3} wide.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but {2} × {3} are marked. Mark one cell to paste all.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The clipboard is wider than the table from here on. Start further left.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The discount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The field will be empty.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The file with your pending changes and the journal was damaged. It was kept as {path}; what could be read of it is here. Look through the pending changes before you apply them.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The filter of this tab no longer fits the module and was left out.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The last page could not be written. Is there room left?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The login is right.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The marked cells are no block. Mark one cell, or one block.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The new document is staged; it is sent after your review.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The original has pending changes. The new document begins with them.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The portal does not let this login in: {why}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The quantity keeps {places} decimals there; {number} has more.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The query ran; nothing fits it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The record is gone.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The record will be deleted.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The reply as it came</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The reply is on the clipboard.</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>The server changed {n} other fields by itself</source>
   <extracomment>The server changed {n} other field by itself</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>The server does not let you do this in {module}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server does not tell whether it was done. Look for the record before you send it again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server sets this field by itself.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server stores it at once; its own total follows when a line is saved next.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server tells no total of its own.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server tells nothing of this record: nothing happened, or it does not follow this module.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server's list does not have this value.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server's own history could not be read: {why}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>The server’s {what} is {theirs}, these rules make it {ours}: {difference} apart</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>The {n} marked rows</source>
   <extracomment>The marked row</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Then</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>There are no documents here.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>There are no products.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>There are no rows below the names of the columns.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>There is nothing to change</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>There is nothing to choose from.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>They stay in the list with their reason and are not staged.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This CRM does not take new documents with lines.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This CRM does not tell its history. What you see is what this computer did.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This CRM does not tell where its own pages are.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This CRM makes it itself.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This account is set to read only.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This account is set to read only: nothing can be sent. You can save the changes as a file, or change the environment in the account's settings.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This account is set to read only; its settings can be changed with Ctrl+Shift+E.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This address is not encrypted: everybody on the way can read key and data. Use https:// if you can.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This computer has no program for {file}. Save it instead.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This computer says no</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This document has no lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This file cannot be read: {reason}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This file holds no certificate in PEM form.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This is a mistake in the program, not in your data. Staged changes are safe on this computer. Copy the details for whoever looks after crmdesk.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This is a production account. {once}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This is no web address. It looks like https://crm.example.com/</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This line is to be removed. Discard the removal to keep it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This moves nothing: choose something else to turn.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This one is kept</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This one:</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This record has no lines to edit. Choose a quote, an order or an invoice.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This record is no longer on the server: somebody deleted it, or you may not see it any longer.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This server does not describe its fields. These are the ones seen so far; there may be more.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This server does not list them.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This server keeps no document without lines. Add another line first.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This server takes links away only in its own web pages.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This shows your pending changes; the server does not have them yet.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>This system offers no keychain.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tick all</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tick none</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Time</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Title or number</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Titles</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>To be filled before it is sent: {names}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Total</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Tree</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Try again</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Try the demo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Try the refused again</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Type a product name or number…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return, or run one of these:</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Type a query first, or choose one of the examples.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Type the sum that you wish for.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Type to search</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Undo</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Undo this batch…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Undo {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Undo “{what}”</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Undo…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Unfold pending changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Unit</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Unknown</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Unknown: sent, but no answer came. Look before you send it again.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Unlink</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Unlinked.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Unlink…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Update</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Upload</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Upload documents</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>Upload {n} files</source>
   <extracomment>Upload {n} file</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>Upload…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Use a saved mapping…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Value</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Values</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Versions of this document come first.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Welcome</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What became of the changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What begins so already, and what is empty, stays as it is.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What can be done with this record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What changes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What ends so already, and what is empty, stays as it is.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What is filtered or sorted on this computer is not in the query: the server cannot do it.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What is found, as CSV or JSON lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What rows become</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What the server tells carries the server's own time.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What the table shows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What to do</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What was there before is kept in the journal, from where it can be taken back.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What will be sent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What would go back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>What would happen</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>When loaded</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Which</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Which record is to be on the list {list} of {title}?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Whole value</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Why</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Why it was left out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Will be deleted when you review and apply.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Wished for</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>With pending changes: {names}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Without any values.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Write a mail?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Wrong encoding (MÃ¼ller)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>XLSX</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Yes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>You may neither add nor change {0}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>You may not change {0}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>You may not change {what}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>You need the address of your CRM and a key.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Your address</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Your contact</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Your mail program opens. You are not asked again about mails until the program ends.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Your telephone program opens. You are not asked again about calls until the program ends.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>Yours</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>a date of the original</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>a file</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>a percentage</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>administrator</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>already there</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>an amount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>and {n} more</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>and {n} more reasons</source>
   <extracomment>and 1 more reason</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>another order</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>as loaded</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>as sent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>average {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>bar |</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>begins anew</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>belongs to the original alone</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>by the server</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>cannot</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>cannot be applied</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>cannot be told</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>changed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>changed since</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>changed since: this batch wrote {value}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>changed, was {value}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>changes data</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>checked just now: no conflicts</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>clear</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>cleared</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>comma (1.234,5)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>comma ,</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>compared {done} of {total}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>comparing with the server …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>conflict</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>created</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>dates</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>day month year</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>decimal comma</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>decimal point</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>delete</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>deleted</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>discount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>do not import</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>empty</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>field</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>from this computer</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>gone</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>holds what the server has already</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>in {records}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>is deleted</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>is so already</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>it has no product. Start pasting in the column of items.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>it was made by this batch</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>its discount is {kind}, which cannot be there</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>keep</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>kept</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>kind</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>leave alone</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>leave row out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>left out</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>like names</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>line {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>line {n}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>made already</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>make again</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>modified {when}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>modified {when} by {who}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>month day year</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>moved</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>new</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>new line</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>new record</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>new: {line}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>no discount</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>no single product is called “{name}”.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>no such field</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>no text</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>no values</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>no values yet</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>not told</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>note</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>of {base}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>on the server now: {v}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>on this computer, not yet sent</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>only left</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>only reads</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>only right</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>optional, not included</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>order of the lines</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>place</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>point (1,234.5)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>remove</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>removed: {line}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>same</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>same e-mail</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>same name</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>same phone</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>same place</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>searching records…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>semicolon ;</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>server clock {time} ahead</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>server clock {time} behind</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>signed in as {who}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>sorted here, not by the server</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>stays</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>still needed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>stored differently</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>stored in the keychain; leave empty to keep it</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>stored otherwise</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>subtotal</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>such a line cannot be added there</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>sum {0}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>tab</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>tax</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>tax {n}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>the first {0} are shown</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>the newest {n}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>the server also changed: {fields}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>the server's ids</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>there already?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>took batch {n} back</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>total</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>unchanged</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>undone</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>waiting</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>was empty</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>was {value}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>whole record</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>with {n} fields</source>
   <extracomment>with {n} field</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>writes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>year month day</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>yes</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} (to be deleted)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} No file was written.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} cannot be deleted here and will stay.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} cannot be written: {1}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} cells</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} could not be read</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} has no value “{1}”.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} in {1}{2}. Names that are meant so: take the tick away.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} must stay filled.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} of {1}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} of {1} filters applied here, not by the server</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} of {1} written</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} rows</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} rows found in {1} read, more to come</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} takes over {1}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0} will refer to {1}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{0}, is that right?</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{action}: done.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{action}: sending…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{action}: {title}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{changes} in {records}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{count} in {records}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{done} of {total} records</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{field} is needed to sign in.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{field}, required</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{files} ({size}) for {title}, stored on the server at once.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{file} cannot be read: {why}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{file} is a program or starts one, so it is not opened from here. Save it, and have it checked.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{file} is loaded and opened by the program this computer has for such files. Open only what you expect: a document can carry a program.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{file} is too large: at most 25 MB can be sent so.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{host} · asking who you are …</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{host} · signed in as {who}, asked just now</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{host} · who you are there is not confirmed</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{left} and {right}: no differences.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{module} {title} ({key}) is marked for deletion. Nothing is sent before you review and apply; until then you can take it back.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{module}, found by the server</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} are not on the server</source>
   <extracomment>1 is not on the server</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are so already</source>
   <extracomment>1 is so already</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} batches</source>
   <extracomment>{n} batch</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cannot</source>
   <extracomment>1 cannot</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells get a value.</source>
   <extracomment>{n} cell gets a value.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} change</source>
   <extracomment>1 changes</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes</source>
   <extracomment>{n} change</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them when you like.</source>
   <extracomment>{n} change is pending. Review and apply it when you like.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them with Ctrl+Shift+Return.</source>
   <extracomment>1 change is pending. Review and apply it with Ctrl+Shift+Return.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes discarded. Undo brings them back.</source>
   <extracomment>{n} change discarded. Undo brings it back.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes go back</source>
   <extracomment>{n} change goes back</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes saved in {name}.</source>
   <extracomment>{n} change saved in {name}.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes will wait for your review</source>
   <extracomment>1 change will wait for your review</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes written to {name}.</source>
   <extracomment>{n} change written to {name}.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts</source>
   <extracomment>{n} conflict</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts are not decided</source>
   <extracomment>{n} conflict is not decided</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} damaged texts</source>
   <extracomment>1 damaged text</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} documents uploaded.</source>
   <extracomment>{n} document uploaded.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} elements</source>
   <extracomment>{n} element</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty</source>
   <extracomment>1 empty</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty cells of the clipboard lie over values ({columns}). Should the values stay or go?</source>
   <extracomment>One empty cell of the clipboard lies over a value ({columns}). Should the value stay or go?</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields</source>
   <extracomment>{n} field</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields are stored differently.</source>
   <extracomment>{n} field is stored differently.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields were changed since by somebody else and stay as they are.</source>
   <extracomment>{n} field was changed since by somebody else and stays as it is.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fine</source>
   <extracomment>1 fine</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} groups of records are likely the same.</source>
   <extracomment>1 group of records is likely the same.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} h</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} hits</source>
   <extracomment>{n} hit</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines</source>
   <extracomment>{n} line</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines ({some})</source>
   <extracomment>Line {some}</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent.</source>
   <extracomment>{n} line is not as it was sent.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent: open the document to restore them.</source>
   <extracomment>{n} line is not as it was sent: open the document to restore it.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines changed</source>
   <extracomment>{n} line changed</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} min</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} modules</source>
   <extracomment>{n} module</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more</source>
   <extracomment>{n} more</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more rows are not shown.</source>
   <extracomment>{n} more row is not shown.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} ms</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} new records look like ones that are there already, and the server would take them twice.</source>
   <extracomment>{n} new record looks like one that is there already, and the server would take it twice.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} not sent</source>
   <extracomment>{n} not sent</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} only left</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{n} only right</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} operations</source>
   <extracomment>{n} operation</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} other lines were changed on the server meanwhile and stay so</source>
   <extracomment>{n} other line was changed on the server meanwhile and stays so</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages</source>
   <extracomment>{n} page</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages saved in {name}.</source>
   <extracomment>{n} page saved in {name}.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages, A4</source>
   <extracomment>{n} page, A4</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pending changes are not in the file.</source>
   <extracomment>1 pending change is not in the file.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records</source>
   <extracomment>{n} record</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records applied</source>
   <extracomment>{n} record applied</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are as they were already.</source>
   <extracomment>{n} record is as it was already.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed</source>
   <extracomment>{n} record cannot be changed</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed and are left out; the table says why.</source>
   <extracomment>{n} record cannot be changed and is left out; the table says why.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records in a production account. Type {n} to confirm:</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} records read…</source>
   <extracomment>1 record read…</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records saved in {name} ({size}).</source>
   <extracomment>1 record saved in {name} ({size}).</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records that refer to the others</source>
   <extracomment>1 record that refers to the others</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records were changed on the server after you loaded them. Choose a value for each field that both of you changed.</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} records were looked at, and nothing is damaged.</source>
   <extracomment>1 record was looked at, and nothing is damaged.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records written</source>
   <extracomment>1 record written</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} refused</source>
   <extracomment>{n} refused</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows</source>
   <extracomment>{n} row</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows cannot be read in {column}</source>
   <extracomment>1 row cannot be read in {column}</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows have no {column}</source>
   <extracomment>1 row has no {column}</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows saved in {name}.</source>
   <extracomment>{n} row saved in {name}.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} s</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{n} the same</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} the server does not tell</source>
   <extracomment>{n} the server does not tell</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} things cannot come back; the table says why.</source>
   <extracomment>{n} thing cannot come back; the table says why.</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} undone</source>
   <translation type="unfinished"></translation>
  </message>
  <message numerus="yes">
   <source>{n} unknown</source>
   <extracomment>{n} unknown</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were done</source>
   <extracomment>{n} was done</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were not done</source>
   <extracomment>{n} was not done</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} would not, the first: </source>
   <extracomment>{n} would not: </extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} written …</source>
   <extracomment>{n} written …</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} wrong</source>
   <extracomment>1 wrong</extracomment>
   <translation type="unfinished">
    <numerusform></numerusform>
    <numerusform></numerusform>
   </translation>
  </message>
  <message>
   <source>{n} · before, asked and stored</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{path} cannot be written: {why}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{percent} % of {base}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{record} is taken off the list {list} of {title}, on the server and at once. Both records stay.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{title} (copy)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{title} (optional)</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{title} was changed on the server after you loaded it. Choose a value for each field that both of you changed.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{trouble} The account is saved without its key: it lasts for this run only, and crmdesk asks for it at the next start.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{value} gives exactly {sum}.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{value} gives {sum}, the nearest that can be reached: {off} off.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{vendors}. You need its address and a key.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what} cannot be opened on this computer.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what} does not take this value</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what} has no such field</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what} in {n} s</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what} is between 0 and 100 %.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what}. Nothing was sent to the server.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what}: staged, not sent yet.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what}: {number} is more than any server keeps.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>{what}…</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>“{field}” names the original.</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>↑↓ choose · ⏎ open · Ctrl+⏎ new tab</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>✓ Connected in {time}</source>
   <translation type="unfinished"></translation>
  </message>
  <message>
   <source>✓ The server’s last total, {gross}, agrees with these rules</source>
   <translation type="unfinished"></translation>
  </message>
 </context>
</TS>
