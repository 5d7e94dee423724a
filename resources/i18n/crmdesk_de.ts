<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
 <context>
  <name>crmdesk</name>
  <message>
   <source> (filtered from {0})</source>
   <translation> (gefiltert aus {0})</translation>
  </message>
  <message>
   <source> And {n} more.</source>
   <translation> Und {n} weitere.</translation>
  </message>
  <message>
   <source> Ask for fewer rows or fields at once.</source>
   <translation> Fragen Sie weniger Zeilen oder Felder auf einmal ab.</translation>
  </message>
  <message>
   <source> Did you mean {near}?</source>
   <translation> Meinten Sie {near}?</translation>
  </message>
  <message>
   <source> Did you mean “{near}”? Capitals count.</source>
   <translation> Meinten Sie „{near}“? Großbuchstaben zählen.</translation>
  </message>
  <message>
   <source> Not all rows are read yet: load them first (Ctrl+Shift+A).</source>
   <translation> Noch sind nicht alle Zeilen gelesen: Laden Sie sie zuerst (Strg+Umschalt+A).</translation>
  </message>
  <message>
   <source> Pending changes are in it.</source>
   <translation> Vorgemerkte Änderungen sind darin enthalten.</translation>
  </message>
  <message>
   <source> The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation> Die Änderung kann trotzdem gespeichert sein: Laden Sie den Datensatz neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source> The change may have been saved: reload the record and look before you try again.</source>
   <translation> Die Änderung kann gespeichert sein: Laden Sie den Datensatz neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source> Try again.</source>
   <translation> Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source> and </source>
   <translation> und </translation>
  </message>
  <message>
   <source> and others</source>
   <translation> und andere</translation>
  </message>
  <message>
   <source> and {n} more</source>
   <translation> und {n} weitere</translation>
  </message>
  <message>
   <source> at {time} UTC</source>
   <translation> um {time} UTC</translation>
  </message>
  <message numerus="yes">
   <source> in {n} records.</source>
   <extracomment> in {n} record.</extracomment>
   <translation>
    <numerusform> in {n} Datensatz.</numerusform>
    <numerusform> in {n} Datensätzen.</numerusform>
   </translation>
  </message>
  <message>
   <source> “crmdesk modules” lists them.</source>
   <translation> „crmdesk modules“ listet sie auf.</translation>
  </message>
  <message>
   <source> … and {n} more.</source>
   <translation> … und {n} weitere.</translation>
  </message>
  <message>
   <source>"city = 'Helsinki' and employees &gt; 10"; times without a zone are UTC</source>
   <translation>"city = 'Helsinki' and employees &gt; 10"; Zeiten ohne Zone sind UTC</translation>
  </message>
  <message>
   <source>"name, modifiedtime desc"</source>
   <translation>"name, modifiedtime desc"</translation>
  </message>
  <message>
   <source>%(prog)s: error: %(message)s
</source>
   <translation>%(prog)s: Fehler: %(message)s
</translation>
  </message>
  <message>
   <source>&amp;Data</source>
   <translation>Da&amp;ten</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation>&amp;Bearbeiten</translation>
  </message>
  <message>
   <source>&amp;File</source>
   <translation>&amp;Datei</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation>&amp;Hilfe</translation>
  </message>
  <message>
   <source>&amp;Record</source>
   <translation>Daten&amp;satz</translation>
  </message>
  <message>
   <source>&amp;Tools</source>
   <translation>&amp;Extras</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation>&amp;Ansicht</translation>
  </message>
  <message>
   <source>(empty)</source>
   <translation>(leer)</translation>
  </message>
  <message>
   <source>(no line)</source>
   <translation>(keine Position)</translation>
  </message>
  <message>
   <source>(no name)</source>
   <translation>(ohne Namen)</translation>
  </message>
  <message>
   <source>* must be filled in</source>
   <translation>* muss ausgefüllt sein</translation>
  </message>
  <message>
   <source>+ Add</source>
   <translation>+ Hinzufügen</translation>
  </message>
  <message>
   <source>+ Filter</source>
   <translation>+ Filter</translation>
  </message>
  <message>
   <source>+ Heading</source>
   <translation>+ Überschrift</translation>
  </message>
  <message>
   <source>+ Line</source>
   <translation>+ Position</translation>
  </message>
  <message>
   <source>+ Product or service</source>
   <translation>+ Produkt oder Leistung</translation>
  </message>
  <message>
   <source>, perhaps more: the server gives no more at once</source>
   <translation>, vielleicht mehr: Auf einmal gibt der Server nicht mehr her</translation>
  </message>
  <message>
   <source>- reads JSON lines from standard input</source>
   <translation>- liest JSON-Zeilen von der Standardeingabe</translation>
  </message>
  <message>
   <source>--demo and --screenshots are for the window; for commands, start “crmdesk demo-server”.</source>
   <translation>--demo und --screenshots sind für das Fenster; für Befehle starten Sie „crmdesk demo-server“.</translation>
  </message>
  <message>
   <source>--explain tells what the server is asked; with --offline nothing is.</source>
   <translation>--explain sagt, was der Server gefragt wird; mit --offline wird er nicht gefragt.</translation>
  </message>
  <message>
   <source>--module, --match and --mode belong to CSV and XLSX files; other files say it themselves.</source>
   <translation>--module, --match und --mode gehören zu CSV- und XLSX-Dateien; andere Dateien sagen es selbst.</translation>
  </message>
  <message>
   <source>--native is the whole query: {beside} cannot stand beside it.</source>
   <translation>--native ist die ganze Abfrage: {beside} geht nicht daneben.</translation>
  </message>
  <message>
   <source>--secret-env store=NAME is for --store ADDRESS.</source>
   <translation>--secret-env store=NAME gehört zu --store ADRESSE.</translation>
  </message>
  <message>
   <source>--secret-stdin found nothing on standard input.</source>
   <translation>--secret-stdin fand nichts auf der Standardeingabe.</translation>
  </message>
  <message>
   <source>--set takes FIELD=VALUE, not {name}.</source>
   <translation>--set braucht FELD=WERT, nicht {name}.</translation>
  </message>
  <message>
   <source>--{option} needs the server; leave out --offline.</source>
   <translation>--{option} braucht den Server; lassen Sie --offline weg.</translation>
  </message>
  <message>
   <source>--{replace} belongs to --vendor; a saved account has its own.</source>
   <translation>--{replace} gehört zu --vendor; ein gespeichertes Konto hat eigene Angaben.</translation>
  </message>
  <message>
   <source>0 = live records, 1 = deleted ones.</source>
   <translation>0 = lebende Datensätze, 1 = gelöschte.</translation>
  </message>
  <message>
   <source>0 takes a free one</source>
   <translation>0 nimmt einen freien</translation>
  </message>
  <message>
   <source>1 File</source>
   <translation>1 Datei</translation>
  </message>
  <message>
   <source>1 row</source>
   <translation>1 Zeile</translation>
  </message>
  <message>
   <source>1 where the session is known.</source>
   <translation>1, wenn die Sitzung bekannt ist.</translation>
  </message>
  <message>
   <source>1 where this computer is the server itself.</source>
   <translation>1, wenn dieser Computer der Server selbst ist.</translation>
  </message>
  <message>
   <source>1 where you are an administrator.</source>
   <translation>1, wenn Sie Administrator sind.</translation>
  </message>
  <message>
   <source>2 Columns</source>
   <translation>2 Spalten</translation>
  </message>
  <message>
   <source>3 Check rows</source>
   <translation>3 Zeilen prüfen</translation>
  </message>
  <message>
   <source>4 Stage</source>
   <translation>4 Vormerken</translation>
  </message>
  <message>
   <source>5 % is a percentage, 5 an amount</source>
   <translation>5 % ist ein Prozentsatz, 5 ein Betrag</translation>
  </message>
  <message>
   <source>A PEM file of the authority that signed the server's certificate; needed only for your own authority.</source>
   <translation>Eine PEM-Datei der Stelle, die das Zertifikat des Servers signiert hat; nur bei eigener Zertifizierungsstelle nötig.</translation>
  </message>
  <message>
   <source>A SELECT statement.</source>
   <translation>Eine SELECT-Anweisung.</translation>
  </message>
  <message>
   <source>A column.</source>
   <translation>Eine Spalte.</translation>
  </message>
  <message>
   <source>A condition begins with a field, not with {sql}. {example}</source>
   <translation>Eine Bedingung beginnt mit einem Feld, nicht mit {sql}. {example}</translation>
  </message>
  <message>
   <source>A copy is fresh for</source>
   <translation>Eine Kopie gilt als frisch für</translation>
  </message>
  <message>
   <source>A copy to try things on.</source>
   <translation>Eine Kopie zum Ausprobieren.</translation>
  </message>
  <message>
   <source>A discount is an amount there, not a percentage.</source>
   <translation>Ein Rabatt ist dort ein Betrag, kein Prozentsatz.</translation>
  </message>
  <message>
   <source>A discount of {n}</source>
   <translation>Ein Rabatt von {n}</translation>
  </message>
  <message>
   <source>A discount of {n} %</source>
   <translation>Ein Rabatt von {n} %</translation>
  </message>
  <message>
   <source>A favourite; take the mark away</source>
   <translation>Favorit; Markierung entfernen</translation>
  </message>
  <message>
   <source>A field that must be filled is empty. Fill it and try again.</source>
   <translation>Ein Pflichtfeld ist leer. Füllen Sie es aus und versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>A file needs a record to hang on there. Open the record, then drop the file. Nothing was sent.</source>
   <translation>Eine Datei muss dort an einem Datensatz hängen. Öffnen Sie den Datensatz und legen Sie die Datei dort ab. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>A key or token holds letters that cannot be sent. Copy it anew.</source>
   <translation>Ein Schlüssel oder Token enthält Zeichen, die nicht gesendet werden können. Kopieren Sie es neu.</translation>
  </message>
  <message>
   <source>A line is gone: somebody removed it meanwhile. Reload the document.</source>
   <translation>Eine Position ist weg: Jemand hat sie inzwischen entfernt. Laden Sie den Beleg neu.</translation>
  </message>
  <message>
   <source>A line is there twice. Reload the document.</source>
   <translation>Eine Position ist doppelt da. Laden Sie den Beleg neu.</translation>
  </message>
  <message>
   <source>A line needs a product and a quantity. Ctrl+Del removes the line.</source>
   <translation>Eine Position braucht ein Produkt und eine Menge. Strg+Entf entfernt sie.</translation>
  </message>
  <message>
   <source>A link points to the wrong kind of record. Choose another one and try again.</source>
   <translation>Eine Verknüpfung zeigt auf die falsche Art von Datensatz. Wählen Sie einen anderen und versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>A link without both ids unlinks or deletes something else on this server. It is not sent.</source>
   <translation>Eine Verknüpfung ohne beide IDs löst oder löscht auf diesem Server etwas anderes. Sie wird nicht gesendet.</translation>
  </message>
  <message>
   <source>A list of ids</source>
   <translation>Eine Liste von IDs</translation>
  </message>
  <message>
   <source>A module's fields and relations.</source>
   <translation>Felder und Verknüpfungen eines Moduls.</translation>
  </message>
  <message>
   <source>A module's name, for example sales_orders.</source>
   <translation>Der Name eines Moduls, zum Beispiel sales_orders.</translation>
  </message>
  <message>
   <source>A moment, ISO 8601; the end itself is left out.</source>
   <translation>Ein Zeitpunkt, ISO 8601; das Ende selbst zählt nicht mit.</translation>
  </message>
  <message>
   <source>A new document, not sent yet</source>
   <translation>Ein neuer Beleg, noch nicht gesendet</translation>
  </message>
  <message>
   <source>A new record needs {lacking}: no column goes there.</source>
   <translation>Ein neuer Datensatz braucht {lacking}: Keine Spalte kommt dorthin.</translation>
  </message>
  <message>
   <source>A note cannot belong to this kind of record. Nothing was sent.</source>
   <translation>Eine Notiz kann nicht zu dieser Art von Datensatz gehören. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>A number or a name, for example 2.</source>
   <translation>Eine Nummer oder ein Name, zum Beispiel 2.</translation>
  </message>
  <message>
   <source>A number.</source>
   <translation>Eine Zahl.</translation>
  </message>
  <message>
   <source>A one-time token for the login.</source>
   <translation>Ein Einmal-Token für die Anmeldung.</translation>
  </message>
  <message>
   <source>A part of the document was saved, then this came: {reason} Reload the document and look.</source>
   <translation>Ein Teil des Belegs wurde gespeichert, dann kam: {reason} Laden Sie den Beleg neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>A password on the command line can be read by everybody on this computer: write --proxy without it.</source>
   <translation>Ein Kennwort auf der Befehlszeile kann jeder auf diesem Computer lesen: Schreiben Sie --proxy ohne Kennwort.</translation>
  </message>
  <message>
   <source>A percentage</source>
   <translation>Ein Prozentsatz</translation>
  </message>
  <message>
   <source>A price of {n}</source>
   <translation>Ein Preis von {n}</translation>
  </message>
  <message>
   <source>A proxy on the way</source>
   <translation>Ein Proxy unterwegs</translation>
  </message>
  <message>
   <source>A recipe</source>
   <translation>Ein Rezept</translation>
  </message>
  <message>
   <source>A record that is not there yet has no id. Choose another column to find records by.</source>
   <translation>Ein Datensatz, den es noch nicht gibt, hat keine ID. Wählen Sie eine andere Spalte zum Suchen.</translation>
  </message>
  <message>
   <source>A record's id.</source>
   <translation>Die ID eines Datensatzes.</translation>
  </message>
  <message>
   <source>A record's related lists with counts.</source>
   <translation>Verknüpfte Listen eines Datensatzes.</translation>
  </message>
  <message>
   <source>A relation's name, for example rows.</source>
   <translation>Der Name einer Verknüpfung, zum Beispiel rows.</translation>
  </message>
  <message>
   <source>A report is made anew each time it is asked for: it is never copied.</source>
   <translation>Ein Bericht wird bei jedem Abruf neu erstellt: Er wird nie kopiert.</translation>
  </message>
  <message>
   <source>A row of the server's answer has no id. Reload the list.</source>
   <translation>Eine Zeile der Serverantwort hat keine ID. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>A secret on the command line can be read by everybody on this computer: write --parameter-env {name}=VARIABLE, with the name of a variable that holds it.</source>
   <translation>Ein Geheimnis auf der Befehlszeile kann jeder auf diesem Computer lesen: Schreiben Sie --parameter-env {name}=VARIABLE, mit dem Namen einer Variablen, die es enthält.</translation>
  </message>
  <message>
   <source>A sheet holds {most_rows} records, and there are {rows} {what}. Filter the table first, or choose CSV.</source>
   <translation>Ein Blatt fasst {most_rows} Datensätze, es sind aber {rows} {what}. Filtern Sie zuerst die Tabelle oder wählen Sie CSV.</translation>
  </message>
  <message>
   <source>A sheet holds {most_rows} records, there are more. Take fewer of them, or CSV.</source>
   <translation>Ein Blatt fasst {most_rows} Datensätze, es sind mehr. Nehmen Sie weniger oder CSV.</translation>
  </message>
  <message>
   <source>A spreadsheet is not for the terminal: name a file with --output.</source>
   <translation>Eine Tabelle passt nicht ins Terminal: Nennen Sie mit --output eine Datei.</translation>
  </message>
  <message>
   <source>A store's address looks like this: postgresql://user@host/database.</source>
   <translation>Die Adresse eines Speichers sieht so aus: postgresql://user@host/database.</translation>
  </message>
  <message>
   <source>A team's copy needs libraries that are not installed here. Install crmdesk with its extra “postgres”: pip install 'crmdesk[postgres]'.</source>
   <translation>Eine Teamkopie braucht Bibliotheken, die hier nicht installiert sind. Installieren Sie crmdesk mit dem Extra „postgres“: pip install 'crmdesk[postgres]'.</translation>
  </message>
  <message>
   <source>A text has {n} characters, a cell holds {most_characters}. Take CSV or JSON lines.</source>
   <translation>Ein Text hat {n} Zeichen, eine Zelle fasst {most_characters}. Nehmen Sie CSV oder JSON-Zeilen.</translation>
  </message>
  <message>
   <source>A user's number; it stands in the address when you open the user in OpenCRM. Used where a new record names no owner.</source>
   <translation>Nummer eines Benutzers; sie steht in der Adresse, wenn Sie ihn in OpenCRM öffnen. Gilt, wenn ein neuer Datensatz keinen Zuständigen nennt.</translation>
  </message>
  <message>
   <source>A value cannot be stored</source>
   <translation>Ein Wert kann nicht gespeichert werden</translation>
  </message>
  <message>
   <source>A value holds a broken character (half of a pair). Type it anew.</source>
   <translation>Ein Wert enthält ein beschädigtes Zeichen (die Hälfte eines Paars). Geben Sie ihn neu ein.</translation>
  </message>
  <message>
   <source>A value is not in the form the server expects.</source>
   <translation>Ein Wert hat nicht die Form, die der Server erwartet.</translation>
  </message>
  <message>
   <source>A value: {what}.</source>
   <translation>Ein Wert: {what}.</translation>
  </message>
  <message>
   <source>A view is a module's columns, filter and order. As a file it can be given to colleagues: it holds no record, no address and no key.</source>
   <translation>Eine Ansicht besteht aus Spalten, Filter und Sortierung eines Moduls. Als Datei können Sie sie weitergeben: Sie enthält keinen Datensatz, keine Adresse und keinen Schlüssel.</translation>
  </message>
  <message>
   <source>A web page came instead of an answer.{look_first}</source>
   <translation>Statt einer Antwort kam eine Webseite.{look_first}</translation>
  </message>
  <message>
   <source>API key</source>
   <translation>API-Schlüssel</translation>
  </message>
  <message>
   <source>API key pair</source>
   <translation>API-Schlüsselpaar</translation>
  </message>
  <message>
   <source>API key {fingerprint}</source>
   <translation>API-Schlüssel {fingerprint}</translation>
  </message>
  <message>
   <source>API key.</source>
   <translation>API-Schlüssel.</translation>
  </message>
  <message>
   <source>API token</source>
   <translation>API-Token</translation>
  </message>
  <message>
   <source>About crmdesk</source>
   <translation>Über crmdesk</translation>
  </message>
  <message>
   <source>Accept no longer</source>
   <translation>Nicht mehr akzeptieren</translation>
  </message>
  <message>
   <source>Accept what the server shows…</source>
   <translation>Gezeigtes akzeptieren…</translation>
  </message>
  <message>
   <source>Access key</source>
   <translation>Zugriffsschlüssel</translation>
  </message>
  <message>
   <source>Account</source>
   <translation>Firma</translation>
  </message>
  <message>
   <source>Account details…</source>
   <translation>Kontodetails…</translation>
  </message>
  <message>
   <source>Account {name}, {detail}. Switch account</source>
   <translation>Konto {name}, {detail}. Konto wechseln</translation>
  </message>
  <message>
   <source>Accounts</source>
   <translation>Firmen</translation>
  </message>
  <message>
   <source>Actions</source>
   <translation>Aktionen</translation>
  </message>
  <message>
   <source>Actions…</source>
   <translation>Aktionen…</translation>
  </message>
  <message>
   <source>Activities</source>
   <translation>Aktivitäten</translation>
  </message>
  <message>
   <source>Activity</source>
   <translation>Aktivität</translation>
  </message>
  <message>
   <source>Activity must be filled.</source>
   <translation>Aktivität muss ausgefüllt sein.</translation>
  </message>
  <message>
   <source>Activity, Delivery, Event, Opportunity, Organisation, Person, Product, SupportCase, User or All.</source>
   <translation>Activity, Delivery, Event, Opportunity, Organisation, Person, Product, SupportCase, User oder All.</translation>
  </message>
  <message>
   <source>Add a filter</source>
   <translation>Filter hinzufügen</translation>
  </message>
  <message>
   <source>Add a revision…</source>
   <translation>Revision hinzufügen…</translation>
  </message>
  <message>
   <source>Add an account</source>
   <translation>Konto hinzufügen</translation>
  </message>
  <message>
   <source>Add an account…</source>
   <translation>Konto hinzufügen…</translation>
  </message>
  <message>
   <source>Add one more: {name}</source>
   <translation>Weiteren Eintrag hinzufügen: {name}</translation>
  </message>
  <message>
   <source>Add to a campaign…</source>
   <translation>Zu einer Kampagne hinzufügen…</translation>
  </message>
  <message>
   <source>Add to or remove from favourites</source>
   <translation>Zu Favoriten hinzufügen oder entfernen</translation>
  </message>
  <message>
   <source>Add up again</source>
   <translation>Neu berechnen</translation>
  </message>
  <message numerus="yes">
   <source>Add {n} lines</source>
   <extracomment>Add {n} line</extracomment>
   <translation>
    <numerusform>{n} Position hinzufügen</numerusform>
    <numerusform>{n} Positionen hinzufügen</numerusform>
   </translation>
  </message>
  <message>
   <source>Added last, not taxed</source>
   <translation>Zuletzt addiert, nicht besteuert</translation>
  </message>
  <message>
   <source>Address</source>
   <translation>Adresse</translation>
  </message>
  <message>
   <source>Address of the proxy</source>
   <translation>Adresse des Proxys</translation>
  </message>
  <message>
   <source>Address that knows the newest version</source>
   <translation>Adresse, die die neueste Version kennt</translation>
  </message>
  <message>
   <source>Adds a case; tells no id.</source>
   <translation>Legt einen Fall an; nennt keine ID.</translation>
  </message>
  <message>
   <source>Adds a contact; tells no id.</source>
   <translation>Legt einen Kontakt an; nennt keine ID.</translation>
  </message>
  <message>
   <source>Adds a lead; tells no id.</source>
   <translation>Legt einen Lead an; nennt keine ID.</translation>
  </message>
  <message>
   <source>Adds a line to a sales document.</source>
   <translation>Fügt einem Verkaufsbeleg eine Position hinzu.</translation>
  </message>
  <message>
   <source>Adds a record to a campaign (beta).</source>
   <translation>Fügt einen Datensatz einer Kampagne hinzu (Beta).</translation>
  </message>
  <message>
   <source>Adds a record.</source>
   <translation>Legt einen Datensatz an.</translation>
  </message>
  <message>
   <source>Adds an account; tells no id.</source>
   <translation>Legt eine Firma an; nennt keine ID.</translation>
  </message>
  <message>
   <source>Adds an opportunity; tells no id.</source>
   <translation>Legt eine Verkaufschance an; nennt keine ID.</translation>
  </message>
  <message>
   <source>Adds or changes several records and reads some fields back.</source>
   <translation>Legt mehrere Datensätze an oder ändert sie und liest einige Felder zurück.</translation>
  </message>
  <message>
   <source>Adds or changes several records.</source>
   <translation>Legt mehrere Datensätze an oder ändert sie.</translation>
  </message>
  <message>
   <source>Adds to a relation.</source>
   <translation>Fügt einer Verknüpfung etwas hinzu.</translation>
  </message>
  <message>
   <source>Adds to {path}.</source>
   <translation>Fügt zu {path} hinzu.</translation>
  </message>
  <message>
   <source>Adds, changes or deletes a record.</source>
   <translation>Legt einen Datensatz an, ändert oder löscht ihn.</translation>
  </message>
  <message>
   <source>Adjustment</source>
   <translation>Anpassung</translation>
  </message>
  <message>
   <source>Administrator (API)</source>
   <translation>Administrator (API)</translation>
  </message>
  <message>
   <source>After so long without key or mouse crmdesk signs out and shows nothing until you type a passphrase or the account’s key. 0 = never. An account may say otherwise.</source>
   <translation>Nach so langer Zeit ohne Taste oder Maus meldet sich crmdesk ab und zeigt nichts, bis Sie eine Passphrase oder den Schlüssel des Kontos eintippen. 0 = nie. Ein Konto kann etwas anderes festlegen.</translation>
  </message>
  <message>
   <source>After that an exchange with a server is given up. Slow servers may need more.</source>
   <translation>Danach wird der Austausch mit einem Server aufgegeben. Langsame Server brauchen vielleicht mehr.</translation>
  </message>
  <message numerus="yes">
   <source>After {n} minutes</source>
   <extracomment>After {n} minute</extracomment>
   <translation>
    <numerusform>Nach {n} Minute</numerusform>
    <numerusform>Nach {n} Minuten</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>After {n} minutes without key or mouse, or by F12</source>
   <extracomment>After {n} minute without key or mouse, or by F12</extracomment>
   <translation>
    <numerusform>Nach {n} Minute ohne Taste oder Maus, oder mit F12</numerusform>
    <numerusform>Nach {n} Minuten ohne Taste oder Maus, oder mit F12</numerusform>
   </translation>
  </message>
  <message>
   <source>Aim for a total</source>
   <translation>Auf eine Summe zielen</translation>
  </message>
  <message>
   <source>Aim for a total…</source>
   <translation>Auf eine Summe zielen…</translation>
  </message>
  <message>
   <source>Aim for {sum}</source>
   <translation>Auf {sum} zielen</translation>
  </message>
  <message>
   <source>All</source>
   <translation>Alle</translation>
  </message>
  <message>
   <source>All accounts</source>
   <translation>Alle Konten</translation>
  </message>
  <message>
   <source>All files (*)</source>
   <translation>Alle Dateien (*)</translation>
  </message>
  <message>
   <source>All that match the filter</source>
   <translation>Alle, die zum Filter passen</translation>
  </message>
  <message>
   <source>All {0}</source>
   <translation>Alle {0}</translation>
  </message>
  <message>
   <source>All {0}, all fields</source>
   <translation>Alle {0}, alle Felder</translation>
  </message>
  <message>
   <source>All {n}</source>
   <translation>Alle {n}</translation>
  </message>
  <message>
   <source>Alt+↑↓ or dragging its number moves a line · Ctrl+Del removes it</source>
   <translation>Alt+↑↓ oder Ziehen an der Nummer verschiebt · Strg+Entf entfernt</translation>
  </message>
  <message>
   <source>Alternative</source>
   <translation>Alternative</translation>
  </message>
  <message>
   <source>Among {0} records no two are likely the same.</source>
   <translation>Unter {0} Datensätzen ist vermutlich keiner doppelt.</translation>
  </message>
  <message>
   <source>An SQL condition, for example NAME like 'A%'.</source>
   <translation>Eine SQL-Bedingung, zum Beispiel NAME like 'A%'.</translation>
  </message>
  <message>
   <source>An address has no blanks.</source>
   <translation>Eine Adresse enthält keine Leerzeichen.</translation>
  </message>
  <message>
   <source>An amount</source>
   <translation>Ein Betrag</translation>
  </message>
  <message>
   <source>An earlier review is still being applied. Wait for it to end, then review again.</source>
   <translation>Eine frühere Prüfung wird noch angewendet. Warten Sie, bis sie fertig ist, und prüfen Sie dann noch einmal.</translation>
  </message>
  <message>
   <source>An empty field</source>
   <translation>Ein leeres Feld</translation>
  </message>
  <message>
   <source>An empty field is not a number.</source>
   <translation>Ein leeres Feld ist keine Zahl.</translation>
  </message>
  <message>
   <source>An empty file, or one without a name, cannot be stored. Choose another one.</source>
   <translation>Eine leere Datei oder eine ohne Namen kann nicht gespeichert werden. Wählen Sie eine andere.</translation>
  </message>
  <message>
   <source>An entry in {path} cannot be read. Nothing was changed; rename that file to begin anew.</source>
   <translation>Ein Eintrag in {path} ist nicht lesbar. Es wurde nichts geändert; benennen Sie die Datei um, um neu zu beginnen.</translation>
  </message>
  <message>
   <source>An expression holds at most {max_length} characters.</source>
   <translation>Ein Ausdruck hat höchstens {max_length} Zeichen.</translation>
  </message>
  <message>
   <source>An expression holds fields, texts, numbers and functions only. {example}</source>
   <translation>Ein Ausdruck enthält nur Felder, Texte, Zahlen und Funktionen. {example}</translation>
  </message>
  <message>
   <source>An expression holds texts and numbers only.</source>
   <translation>Ein Ausdruck enthält nur Texte und Zahlen.</translation>
  </message>
  <message>
   <source>An update of this local copy is under way already.</source>
   <translation>Diese lokale Kopie wird schon aktualisiert.</translation>
  </message>
  <message>
   <source>Anew: {fields}.</source>
   <translation>Neu: {fields}.</translation>
  </message>
  <message>
   <source>Annual revenue</source>
   <translation>Jahresumsatz</translation>
  </message>
  <message>
   <source>Another window of crmdesk, or a command, is updating this local copy. Let it finish first.</source>
   <translation>Ein anderes Fenster von crmdesk oder ein Befehl aktualisiert diese lokale Kopie gerade. Warten Sie, bis das fertig ist.</translation>
  </message>
  <message>
   <source>Answers an access key, which stands for both keys.</source>
   <translation>Antwortet mit einem Zugriffsschlüssel, der für beide Schlüssel steht.</translation>
  </message>
  <message>
   <source>Any of the three works; a gateway in between may want the headers.</source>
   <translation>Alle drei funktionieren; ein Gateway dazwischen verlangt vielleicht die Header.</translation>
  </message>
  <message>
   <source>Any outcome</source>
   <translation>Jedes Ergebnis</translation>
  </message>
  <message>
   <source>Any text.</source>
   <translation>Beliebiger Text.</translation>
  </message>
  <message>
   <source>Any; 1.2 first, it is quicker</source>
   <translation>Beliebig; 1.2 zuerst, es ist schneller</translation>
  </message>
  <message>
   <source>Application token</source>
   <translation>Anwendungs-Token</translation>
  </message>
  <message>
   <source>Applied</source>
   <translation>Angewendet</translation>
  </message>
  <message>
   <source>Apply</source>
   <translation>Anwenden</translation>
  </message>
  <message numerus="yes">
   <source>Apply {n} changes</source>
   <extracomment>Apply {n} change</extracomment>
   <translation>
    <numerusform>{n} Änderung anwenden</numerusform>
    <numerusform>{n} Änderungen anwenden</numerusform>
   </translation>
  </message>
  <message>
   <source>Article</source>
   <translation>Wissensartikel</translation>
  </message>
  <message>
   <source>As MD5, the usual way</source>
   <translation>Als MD5, wie üblich</translation>
  </message>
  <message>
   <source>As it is, for single sign-on tokens</source>
   <translation>Wie es ist, für Single-Sign-on-Token</translation>
  </message>
  <message>
   <source>As little as possible</source>
   <translation>So wenig wie möglich</translation>
  </message>
  <message>
   <source>As shown</source>
   <translation>Wie angezeigt</translation>
  </message>
  <message>
   <source>As stored</source>
   <translation>Wie gespeichert</translation>
  </message>
  <message>
   <source>As text</source>
   <translation>Als Text</translation>
  </message>
  <message numerus="yes">
   <source>As the settings say: after {n} minutes</source>
   <extracomment>As the settings say: after {n} minute</extracomment>
   <translation>
    <numerusform>Wie in den Einstellungen: nach {n} Minute</numerusform>
    <numerusform>Wie in den Einstellungen: nach {n} Minuten</numerusform>
   </translation>
  </message>
  <message>
   <source>As the settings say: never by itself</source>
   <translation>Wie in den Einstellungen: nie von selbst</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Wie das System</translation>
  </message>
  <message>
   <source>As the system says</source>
   <translation>Wie im System eingestellt</translation>
  </message>
  <message>
   <source>As wide as it needs</source>
   <translation>So breit wie nötig</translation>
  </message>
  <message>
   <source>Ask the server in its own words</source>
   <translation>Den Server in seiner Sprache fragen</translation>
  </message>
  <message>
   <source>Asked</source>
   <translation>Gesendet</translation>
  </message>
  <message>
   <source>Asking the server</source>
   <translation>Der Server wird gefragt</translation>
  </message>
  <message>
   <source>Asking the server how these records stand now …</source>
   <translation>Der Server wird nach dem jetzigen Stand dieser Datensätze gefragt …</translation>
  </message>
  <message>
   <source>Asking the server…</source>
   <translation>Der Server wird gefragt…</translation>
  </message>
  <message>
   <source>Asks the server as the portal would. The password is neither kept nor logged.</source>
   <translation>Fragt den Server, wie es das Portal täte. Das Kennwort wird weder gespeichert noch protokolliert.</translation>
  </message>
  <message>
   <source>Asset</source>
   <translation>Asset</translation>
  </message>
  <message>
   <source>Asset name</source>
   <translation>Name des Assets</translation>
  </message>
  <message>
   <source>Assets</source>
   <translation>Assets</translation>
  </message>
  <message>
   <source>Assigned to</source>
   <translation>Zugewiesen an</translation>
  </message>
  <message>
   <source>At another place: {line}</source>
   <translation>An anderer Stelle: {line}</translation>
  </message>
  <message>
   <source>At most once a day the address below is asked, and nothing about you is sent. Nothing is ever installed by itself.</source>
   <translation>Höchstens einmal am Tag wird die Adresse unten gefragt; über Sie wird nichts gesendet. Nichts installiert sich je von selbst.</translation>
  </message>
  <message>
   <source>Attaches a file to a note.</source>
   <translation>Hängt eine Datei an eine Notiz.</translation>
  </message>
  <message>
   <source>Back</source>
   <translation>Zurück</translation>
  </message>
  <message>
   <source>Back to, or why not</source>
   <translation>Zurück auf, oder warum nicht</translation>
  </message>
  <message>
   <source>Baltic (Windows-1257)</source>
   <translation>Baltisch (Windows-1257)</translation>
  </message>
  <message>
   <source>Batches, newest first</source>
   <translation>Vorgänge, neueste zuerst</translation>
  </message>
  <message>
   <source>Before</source>
   <translation>Vorher</translation>
  </message>
  <message>
   <source>Begin to edit the cell</source>
   <translation>Zelle bearbeiten</translation>
  </message>
  <message>
   <source>Begins a session.</source>
   <translation>Beginnt eine Sitzung.</translation>
  </message>
  <message>
   <source>Belongs to</source>
   <translation>Gehört zu</translation>
  </message>
  <message>
   <source>Billing address</source>
   <translation>Rechnungsadresse</translation>
  </message>
  <message>
   <source>Block</source>
   <translation>Block</translation>
  </message>
  <message>
   <source>Blue</source>
   <translation>Blau</translation>
  </message>
  <message>
   <source>Border between two panes</source>
   <translation>Grenze zwischen zwei Bereichen</translation>
  </message>
  <message>
   <source>Both of you changed the lines. Choose whose to keep.</source>
   <translation>Beide haben die Positionen geändert. Wählen Sie, welche bleiben.</translation>
  </message>
  <message>
   <source>Both of you changed this record. Choose whose value to keep.</source>
   <translation>Beide haben diesen Datensatz geändert. Wählen Sie, welcher Wert bleibt.</translation>
  </message>
  <message>
   <source>Browse and mend the data of a CRM. Without a command, the window opens.</source>
   <translation>CRM-Daten durchsehen und berichtigen. Ohne Befehl öffnet sich das Fenster.</translation>
  </message>
  <message>
   <source>Browse and mend the data of your CRM. Every change is shown before it is sent, and proven after.</source>
   <translation>CRM-Daten durchsehen und berichtigen. Jede Änderung wird vor dem Senden gezeigt und danach nachgewiesen.</translation>
  </message>
  <message>
   <source>Browse and mend the data of your CRM. MIT licence.</source>
   <translation>CRM-Daten durchsehen und berichtigen. MIT-Lizenz.</translation>
  </message>
  <message>
   <source>Budget</source>
   <translation>Budget</translation>
  </message>
  <message>
   <source>Budgets</source>
   <translation>Budgets</translation>
  </message>
  <message>
   <source>Bug</source>
   <translation>Fehler</translation>
  </message>
  <message>
   <source>Bugs</source>
   <translation>Fehler</translation>
  </message>
  <message>
   <source>Built in, no account needed</source>
   <translation>Eingebaut, kein Konto nötig</translation>
  </message>
  <message>
   <source>Buy price</source>
   <translation>Einkaufspreis</translation>
  </message>
  <message>
   <source>Buy price {number}</source>
   <translation>Einkaufspreis {number}</translation>
  </message>
  <message>
   <source>By</source>
   <translation>Von</translation>
  </message>
  <message>
   <source>By F12 only; minutes are set in the account’s settings</source>
   <translation>Nur mit F12; die Minuten stehen in den Einstellungen des Kontos</translation>
  </message>
  <message>
   <source>By changing</source>
   <translation>Durch Ändern von</translation>
  </message>
  <message>
   <source>CE, PRO, ENT or ULT.</source>
   <translation>CE, PRO, ENT oder ULT.</translation>
  </message>
  <message>
   <source>CRM-service states no rule: each row in cents, VAT row by row after the overall discount</source>
   <translation>CRM-service nennt keine Regel: jede Position in Cent, MwSt. je Position nach dem Gesamtrabatt</translation>
  </message>
  <message>
   <source>CSV (*.csv)</source>
   <translation>CSV (*.csv)</translation>
  </message>
  <message>
   <source>CSV for spreadsheets</source>
   <translation>CSV für Tabellenprogramme</translation>
  </message>
  <message>
   <source>CSV, XLSX or JSON lines; it can also be dropped here.</source>
   <translation>CSV, XLSX oder JSON-Zeilen; Sie können sie auch hier ablegen.</translation>
  </message>
  <message>
   <source>CSV, exact</source>
   <translation>CSV, exakt</translation>
  </message>
  <message>
   <source>Call</source>
   <translation>Aufrufen</translation>
  </message>
  <message>
   <source>Call an operation…</source>
   <translation>Operation aufrufen…</translation>
  </message>
  <message>
   <source>Call this number</source>
   <translation>Anrufen</translation>
  </message>
  <message>
   <source>Call this number?</source>
   <translation>Diese Nummer anrufen?</translation>
  </message>
  <message>
   <source>Call {name}?</source>
   <translation>{name} aufrufen?</translation>
  </message>
  <message>
   <source>Called {name}</source>
   <translation>{name} aufgerufen</translation>
  </message>
  <message>
   <source>Calls</source>
   <translation>Anrufe</translation>
  </message>
  <message>
   <source>Call…</source>
   <translation>Aufrufen…</translation>
  </message>
  <message>
   <source>Campaign</source>
   <translation>Kampagne</translation>
  </message>
  <message>
   <source>Campaign's number</source>
   <translation>Nummer der Kampagne</translation>
  </message>
  <message>
   <source>Campaigns</source>
   <translation>Kampagnen</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Case</source>
   <translation>Fall</translation>
  </message>
  <message>
   <source>Cases</source>
   <translation>Fälle</translation>
  </message>
  <message>
   <source>Catalogue product</source>
   <translation>Katalogprodukt</translation>
  </message>
  <message>
   <source>Category</source>
   <translation>Kategorie</translation>
  </message>
  <message>
   <source>Central European (Windows-1250)</source>
   <translation>Mitteleuropäisch (Windows-1250)</translation>
  </message>
  <message>
   <source>Certificate</source>
   <translation>Zertifikat</translation>
  </message>
  <message>
   <source>Certificates (*.pem *.crt *.cer);;All files (*)</source>
   <translation>Zertifikate (*.pem *.crt *.cer);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Certificates are checked against this computer’s authorities.</source>
   <translation>Zertifikate werden mit den Stellen dieses Computers geprüft.</translation>
  </message>
  <message>
   <source>Change</source>
   <translation>Änderung</translation>
  </message>
  <message>
   <source>Change a filter's chip, or remove it</source>
   <translation>Filter ändern oder entfernen</translation>
  </message>
  <message>
   <source>Change many {0}</source>
   <translation>Viele {0} ändern</translation>
  </message>
  <message>
   <source>Change many…</source>
   <translation>Viele ändern…</translation>
  </message>
  <message>
   <source>Change the limit…</source>
   <translation>Grenze ändern…</translation>
  </message>
  <message>
   <source>Change {field} of {n} records</source>
   <translation>{field} von {n} Datensätzen ändern</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>Geändert</translation>
  </message>
  <message>
   <source>Changed on the server since: {value}</source>
   <translation>Seither auf dem Server geändert: {value}</translation>
  </message>
  <message>
   <source>Changed, not yet sent</source>
   <translation>Geändert, noch nicht gesendet</translation>
  </message>
  <message>
   <source>Changed, {was}</source>
   <translation>Geändert, {was}</translation>
  </message>
  <message>
   <source>Changes (*.jsonl)</source>
   <translation>Änderungen (*.jsonl)</translation>
  </message>
  <message>
   <source>Changes a line.</source>
   <translation>Ändert eine Position.</translation>
  </message>
  <message>
   <source>Changes a record.</source>
   <translation>Ändert einen Datensatz.</translation>
  </message>
  <message>
   <source>Changes fields of a record.</source>
   <translation>Ändert Felder eines Datensatzes.</translation>
  </message>
  <message>
   <source>Changes from {name}</source>
   <translation>Änderungen aus {name}</translation>
  </message>
  <message>
   <source>Changes of the batch</source>
   <translation>Änderungen des Vorgangs</translation>
  </message>
  <message>
   <source>Changes of this account are being sent already. Wait until that has ended.</source>
   <translation>Änderungen dieses Kontos werden schon gesendet. Warten Sie, bis das fertig ist.</translation>
  </message>
  <message>
   <source>Changes or adds many in {path}.</source>
   <translation>Ändert viele in {path} oder legt sie an.</translation>
  </message>
  <message>
   <source>Changes some fields of a record.</source>
   <translation>Ändert einige Felder eines Datensatzes.</translation>
  </message>
  <message>
   <source>Changes that are not sent are safe on this computer. Nothing is read or sent until you unlock it.</source>
   <translation>Nicht gesendete Änderungen sind auf diesem Computer sicher. Bis Sie das Konto entsperren, wird nichts gelesen und nichts gesendet.</translation>
  </message>
  <message>
   <source>Changes that wait to be sent are always there, whatever opens.</source>
   <translation>Vorgemerkte Änderungen sind immer da, was auch geöffnet wird.</translation>
  </message>
  <message>
   <source>Changes to apply</source>
   <translation>Anzuwendende Änderungen</translation>
  </message>
  <message>
   <source>Check</source>
   <translation>Prüfen</translation>
  </message>
  <message>
   <source>Check a portal login</source>
   <translation>Portal-Anmeldung prüfen</translation>
  </message>
  <message>
   <source>Check a portal login…</source>
   <translation>Portal-Anmeldung prüfen…</translation>
  </message>
  <message>
   <source>Check for conflicts</source>
   <translation>Konflikte suchen</translation>
  </message>
  <message numerus="yes">
   <source>Check {n} rows</source>
   <extracomment>Check 1 row</extracomment>
   <translation>
    <numerusform>1 Zeile prüfen</numerusform>
    <numerusform>{n} Zeilen prüfen</numerusform>
   </translation>
  </message>
  <message>
   <source>Checks user name and password; gives no session.</source>
   <translation>Prüft Benutzername und Kennwort; gibt keine Sitzung.</translation>
  </message>
  <message>
   <source>Choice</source>
   <translation>Auswahl</translation>
  </message>
  <message>
   <source>Choices, or what it refers to</source>
   <translation>Auswahl, oder worauf es verweist</translation>
  </message>
  <message>
   <source>Choose a document</source>
   <translation>Dokument auswählen</translation>
  </message>
  <message>
   <source>Choose a field.</source>
   <translation>Wählen Sie ein Feld.</translation>
  </message>
  <message>
   <source>Choose a file</source>
   <translation>Datei auswählen</translation>
  </message>
  <message>
   <source>Choose a file…</source>
   <translation>Datei auswählen…</translation>
  </message>
  <message>
   <source>Choose a list, then link a record to it</source>
   <translation>Wählen Sie eine Liste, dann verknüpfen Sie einen Datensatz damit</translation>
  </message>
  <message>
   <source>Choose a module on the left</source>
   <translation>Wählen Sie links ein Modul</translation>
  </message>
  <message>
   <source>Choose a quote, an order or an invoice first.</source>
   <translation>Wählen Sie zuerst ein Angebot, einen Auftrag oder eine Rechnung.</translation>
  </message>
  <message>
   <source>Choose a record in a list</source>
   <translation>Wählen Sie einen Datensatz in einer Liste</translation>
  </message>
  <message>
   <source>Choose a record to see it here.</source>
   <translation>Wählen Sie einen Datensatz, um ihn hier zu sehen.</translation>
  </message>
  <message>
   <source>Choose an operation on the left.</source>
   <translation>Wählen Sie links eine Operation.</translation>
  </message>
  <message>
   <source>Choose an organisation.</source>
   <translation>Wählen Sie eine Organisation.</translation>
  </message>
  <message>
   <source>Choose another field to copy from.</source>
   <translation>Wählen Sie ein anderes Feld, aus dem kopiert wird.</translation>
  </message>
  <message>
   <source>Choose another…</source>
   <translation>Andere auswählen…</translation>
  </message>
  <message>
   <source>Choose at least one value.</source>
   <translation>Wählen Sie mindestens einen Wert.</translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation>Datei auswählen…</translation>
  </message>
  <message>
   <source>Choose from what was found, in a new tab</source>
   <translation>Treffer wählen, in neuem Tab</translation>
  </message>
  <message>
   <source>Choose or add one</source>
   <translation>Wählen oder hinzufügen</translation>
  </message>
  <message>
   <source>Choose the column by which records are found: the id, or one whose values name each record.</source>
   <translation>Wählen Sie die Spalte, über die Datensätze gefunden werden: die ID oder eine, deren Werte jeden Datensatz benennen.</translation>
  </message>
  <message>
   <source>Choose the document on the left.</source>
   <translation>Wählen Sie links den Beleg.</translation>
  </message>
  <message>
   <source>Choose the field to change.</source>
   <translation>Wählen Sie das Feld, das geändert werden soll.</translation>
  </message>
  <message>
   <source>Choose the field to copy from.</source>
   <translation>Wählen Sie das Feld, aus dem kopiert wird.</translation>
  </message>
  <message>
   <source>Choose the organisation that it moves to. Nothing was sent.</source>
   <translation>Wählen Sie die Organisation, zu der verschoben wird. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>Auswählen…</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Leeren</translation>
  </message>
  <message>
   <source>Clear {field}</source>
   <translation>{field} leeren</translation>
  </message>
  <message>
   <source>Cleared, {was}</source>
   <translation>Geleert, {was}</translation>
  </message>
  <message>
   <source>Clock</source>
   <translation>Uhr</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Schließen</translation>
  </message>
  <message>
   <source>Close message</source>
   <translation>Meldung schließen</translation>
  </message>
  <message>
   <source>Close tab</source>
   <translation>Tab schließen</translation>
  </message>
  <message>
   <source>Close the record</source>
   <translation>Datensatz schließen</translation>
  </message>
  <message>
   <source>Close together</source>
   <translation>Eng</translation>
  </message>
  <message>
   <source>Close what is on top: a message, a list, a window</source>
   <translation>Schließen, was oben liegt: Meldung, Liste, Fenster</translation>
  </message>
  <message>
   <source>Close {name}</source>
   <translation>{name} schließen</translation>
  </message>
  <message>
   <source>Closed on</source>
   <translation>Geschlossen am</translation>
  </message>
  <message>
   <source>Closing date</source>
   <translation>Abschlussdatum</translation>
  </message>
  <message>
   <source>Colour</source>
   <translation>Farbe</translation>
  </message>
  <message>
   <source>Colours</source>
   <translation>Farben</translation>
  </message>
  <message>
   <source>Column in the file</source>
   <translation>Spalte in der Datei</translation>
  </message>
  <message>
   <source>Column {letters}</source>
   <translation>Spalte {letters}</translation>
  </message>
  <message>
   <source>Column “{name}”</source>
   <translation>Spalte „{name}“</translation>
  </message>
  <message>
   <source>Columns</source>
   <translation>Spalten</translation>
  </message>
  <message>
   <source>Columns…</source>
   <translation>Spalten…</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Befehl</translation>
  </message>
  <message>
   <source>Comment</source>
   <translation>Kommentar</translation>
  </message>
  <message>
   <source>Comment must be filled.</source>
   <translation>Kommentar muss ausgefüllt sein.</translation>
  </message>
  <message>
   <source>Commission band</source>
   <translation>Provisionsstufe</translation>
  </message>
  <message>
   <source>Companies</source>
   <translation>Firmen</translation>
  </message>
  <message>
   <source>Companies, people, deals and sales documents are what most people take along.</source>
   <translation>Die meisten nehmen Firmen, Personen, Verkaufschancen und Belege mit.</translation>
  </message>
  <message>
   <source>Company</source>
   <translation>Firma</translation>
  </message>
  <message>
   <source>Company name</source>
   <translation>Firmenname</translation>
  </message>
  <message>
   <source>Company number</source>
   <translation>Firmennummer</translation>
  </message>
  <message>
   <source>Company, street, town, telephone</source>
   <translation>Firma, Straße, Ort, Telefon</translation>
  </message>
  <message>
   <source>Compare with</source>
   <translation>Vergleichen mit</translation>
  </message>
  <message>
   <source>Compare with the server; nothing is sent</source>
   <translation>Mit dem Server vergleichen; nichts wird gesendet</translation>
  </message>
  <message>
   <source>Compare with…</source>
   <translation>Vergleichen mit…</translation>
  </message>
  <message>
   <source>Compare {name}</source>
   <translation>{name} vergleichen</translation>
  </message>
  <message>
   <source>Compared {done} of {total}</source>
   <translation>{done} von {total} verglichen</translation>
  </message>
  <message>
   <source>Comparing with the server …</source>
   <translation>Vergleich mit dem Server …</translation>
  </message>
  <message>
   <source>Comparing {0} records…</source>
   <translation>{0} Datensätze werden verglichen…</translation>
  </message>
  <message>
   <source>Compute</source>
   <translation>Berechnen</translation>
  </message>
  <message>
   <source>Conditions</source>
   <translation>Bedingungen</translation>
  </message>
  <message>
   <source>Conflict, {was}</source>
   <translation>Konflikt, {was}</translation>
  </message>
  <message>
   <source>Connected · {n} ms</source>
   <translation>Verbunden · {n} ms</translation>
  </message>
  <message>
   <source>Connecting to {address} …</source>
   <translation>Verbindung mit {address} …</translation>
  </message>
  <message>
   <source>Connecting…</source>
   <translation>Verbinden…</translation>
  </message>
  <message>
   <source>Consumer</source>
   <translation>Privatkunde</translation>
  </message>
  <message>
   <source>Consumers (B2C)</source>
   <translation>Privatkunden (B2C)</translation>
  </message>
  <message>
   <source>Contact</source>
   <translation>Kontakt</translation>
  </message>
  <message>
   <source>Contact type</source>
   <translation>Kontaktart</translation>
  </message>
  <message>
   <source>Contacts</source>
   <translation>Kontakte</translation>
  </message>
  <message>
   <source>Contacts are saved with</source>
   <translation>Kontakte speichern mit</translation>
  </message>
  <message>
   <source>Contents of the file</source>
   <translation>Inhalt der Datei</translation>
  </message>
  <message>
   <source>Contract</source>
   <translation>Vertrag</translation>
  </message>
  <message>
   <source>Contract name</source>
   <translation>Vertragsname</translation>
  </message>
  <message>
   <source>Contract term</source>
   <translation>Vertragslaufzeit</translation>
  </message>
  <message>
   <source>Contracts</source>
   <translation>Verträge</translation>
  </message>
  <message>
   <source>Convert to a delivery</source>
   <translation>In eine Lieferung umwandeln</translation>
  </message>
  <message>
   <source>Convert to an opportunity…</source>
   <translation>In eine Verkaufschance umwandeln…</translation>
  </message>
  <message>
   <source>Copied</source>
   <translation>Kopiert</translation>
  </message>
  <message>
   <source>Copied as text.</source>
   <translation>Als Text kopiert.</translation>
  </message>
  <message>
   <source>Copied modules</source>
   <translation>Kopierte Module</translation>
  </message>
  <message>
   <source>Copied: {what}</source>
   <translation>Kopiert: {what}</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Kopieren</translation>
  </message>
  <message>
   <source>Copy as text</source>
   <translation>Als Text kopieren</translation>
  </message>
  <message>
   <source>Copy field name</source>
   <translation>Feldnamen kopieren</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Kopieren aus</translation>
  </message>
  <message>
   <source>Copy id</source>
   <translation>ID kopieren</translation>
  </message>
  <message>
   <source>Copy link</source>
   <translation>Link kopieren</translation>
  </message>
  <message>
   <source>Copy name</source>
   <translation>Namen kopieren</translation>
  </message>
  <message>
   <source>Copy the document as text</source>
   <translation>Beleg als Text kopieren</translation>
  </message>
  <message>
   <source>Copy the field's value</source>
   <translation>Wert des Feldes kopieren</translation>
  </message>
  <message>
   <source>Copy the usual modules</source>
   <translation>Übliche Module kopieren</translation>
  </message>
  <message>
   <source>Copy the whole message</source>
   <translation>Ganze Meldung kopieren</translation>
  </message>
  <message>
   <source>Copy value</source>
   <translation>Wert kopieren</translation>
  </message>
  <message>
   <source>Copy versions for a report</source>
   <translation>Versionen für eine Meldung kopieren</translation>
  </message>
  <message>
   <source>Copy what is missing…</source>
   <translation>Fehlendes kopieren…</translation>
  </message>
  <message>
   <source>Copy with column titles</source>
   <translation>Mit Spaltentiteln kopieren</translation>
  </message>
  <message>
   <source>Copy, cut, paste</source>
   <translation>Kopieren, ausschneiden, einfügen</translation>
  </message>
  <message>
   <source>Copying {module}</source>
   <translation>{module} werden kopiert</translation>
  </message>
  <message>
   <source>Country of phone numbers without a country code</source>
   <translation>Land von Telefonnummern ohne Ländervorwahl</translation>
  </message>
  <message>
   <source>Counts and sums, by the reporting interface.</source>
   <translation>Anzahlen und Summen über die Berichtsschnittstelle.</translation>
  </message>
  <message>
   <source>County</source>
   <translation>Bezirk</translation>
  </message>
  <message>
   <source>Create</source>
   <translation>Anlegen</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Angelegt</translation>
  </message>
  <message>
   <source>Credit limit</source>
   <translation>Kreditlimit</translation>
  </message>
  <message>
   <source>Crmdesk carries these works of others, each under its own licence:</source>
   <translation>Crmdesk enthält diese Werke anderer, jedes unter seiner eigenen Lizenz:</translation>
  </message>
  <message>
   <source>Ctrl+K Go to anything</source>
   <translation>Strg+K Gehe zu</translation>
  </message>
  <message>
   <source>Ctrl+K goes to any module, record or command.</source>
   <translation>Strg+K führt zu jedem Modul, Datensatz oder Befehl.</translation>
  </message>
  <message>
   <source>Ctrl+K goes to any module, record or command. Every action shows its key.</source>
   <translation>Strg+K führt zu jedem Modul, Datensatz oder Befehl. Jede Aktion zeigt ihre Taste.</translation>
  </message>
  <message>
   <source>Ctrl+N adds the first one.</source>
   <translation>Strg+N legt den ersten Eintrag an.</translation>
  </message>
  <message>
   <source>Ctrl+Return: done</source>
   <translation>Strg+Return: fertig</translation>
  </message>
  <message>
   <source>Ctrl+Return; what is selected, else everything</source>
   <translation>Strg+Return; das Markierte, sonst alles</translation>
  </message>
  <message>
   <source>Ctrl+Z brings it back.</source>
   <translation>Strg+Z holt ihn zurück.</translation>
  </message>
  <message>
   <source>Currencies</source>
   <translation>Währungen</translation>
  </message>
  <message>
   <source>Currency</source>
   <translation>Währung</translation>
  </message>
  <message>
   <source>Custom field {custom}</source>
   <translation>Eigenes Feld {custom}</translation>
  </message>
  <message>
   <source>Custom fields</source>
   <translation>Eigene Felder</translation>
  </message>
  <message>
   <source>Customer portal</source>
   <translation>Kundenportal</translation>
  </message>
  <message>
   <source>Cyrillic (Windows-1251)</source>
   <translation>Kyrillisch (Windows-1251)</translation>
  </message>
  <message>
   <source>Damaged text in {0}</source>
   <translation>Beschädigter Text in {0}</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <source>Data of a mail merge.</source>
   <translation>Daten eines Serienbriefs.</translation>
  </message>
  <message>
   <source>Date</source>
   <translation>Datum</translation>
  </message>
  <message>
   <source>Date and time</source>
   <translation>Datum und Uhrzeit</translation>
  </message>
  <message>
   <source>Date format of PHP for date-times, for example c; blank is _, slash is *.</source>
   <translation>PHP-Datumsformat für Zeitpunkte, zum Beispiel c; Leerzeichen als _, Schrägstrich als *.</translation>
  </message>
  <message>
   <source>Date of birth</source>
   <translation>Geburtsdatum</translation>
  </message>
  <message>
   <source>Dates</source>
   <translation>Datumsform</translation>
  </message>
  <message>
   <source>Dates and numbers</source>
   <translation>Datum und Zahlen</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Tage</translation>
  </message>
  <message>
   <source>Decimal number</source>
   <translation>Dezimalzahl</translation>
  </message>
  <message>
   <source>Decimals</source>
   <translation>Dezimalen</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Löschen</translation>
  </message>
  <message>
   <source>Delete {n} {records}?</source>
   <translation>{n} {records} löschen?</translation>
  </message>
  <message>
   <source>Delete {record}?</source>
   <translation>{record} löschen?</translation>
  </message>
  <message>
   <source>Delete {title}?</source>
   <translation>{title} löschen?</translation>
  </message>
  <message>
   <source>Deleted: {0}.</source>
   <translation>Gelöscht: {0}.</translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation>Löschen…</translation>
  </message>
  <message>
   <source>Deliveries (orders)</source>
   <translation>Lieferungen (Aufträge)</translation>
  </message>
  <message>
   <source>Deliveries (second)</source>
   <translation>Lieferungen (zweite)</translation>
  </message>
  <message>
   <source>Delivery</source>
   <translation>Lieferung</translation>
  </message>
  <message>
   <source>Demo</source>
   <translation>Demo</translation>
  </message>
  <message>
   <source>Describe fields</source>
   <translation>Felder beschreiben</translation>
  </message>
  <message>
   <source>Description</source>
   <translation>Beschreibung</translation>
  </message>
  <message>
   <source>Despatched</source>
   <translation>Versandt</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>Details</translation>
  </message>
  <message>
   <source>Differences</source>
   <translation>Unterschiede</translation>
  </message>
  <message>
   <source>Differences only</source>
   <translation>Nur Unterschiede</translation>
  </message>
  <message>
   <source>Differs in</source>
   <translation>Unterschied</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Discard all changes of this record</source>
   <translation>Alle Änderungen an diesem Datensatz verwerfen</translation>
  </message>
  <message>
   <source>Discard everything</source>
   <translation>Alles verwerfen</translation>
  </message>
  <message>
   <source>Discard everything; undo brings it back</source>
   <translation>Alles verwerfen; Rückgängig holt es zurück</translation>
  </message>
  <message>
   <source>Discard the chosen pending change</source>
   <translation>Gewählte vorgemerkte Änderung verwerfen</translation>
  </message>
  <message>
   <source>Discard this field</source>
   <translation>Dieses Feld verwerfen</translation>
  </message>
  <message>
   <source>Discard this new record</source>
   <translation>Diesen neuen Datensatz verwerfen</translation>
  </message>
  <message>
   <source>Discount</source>
   <translation>Rabatt</translation>
  </message>
  <message>
   <source>Discount of a line, an amount</source>
   <translation>Rabatt einer Position als Betrag</translation>
  </message>
  <message>
   <source>Discount of a line, in percent</source>
   <translation>Rabatt einer Position in Prozent</translation>
  </message>
  <message>
   <source>Do everything but send</source>
   <translation>Alles tun, nur nichts senden</translation>
  </message>
  <message>
   <source>Do not sort by this</source>
   <translation>Hiernach nicht sortieren</translation>
  </message>
  <message>
   <source>Do not tell me of this version again</source>
   <translation>Zu dieser Version nicht mehr benachrichtigen</translation>
  </message>
  <message>
   <source>Document</source>
   <translation>Dokument</translation>
  </message>
  <message>
   <source>Documents</source>
   <translation>Dokumente</translation>
  </message>
  <message>
   <source>Does nothing.</source>
   <translation>Tut nichts.</translation>
  </message>
  <message>
   <source>Done with a long text</source>
   <translation>Langen Text abschließen</translation>
  </message>
  <message>
   <source>Done.</source>
   <translation>Fertig.</translation>
  </message>
  <message>
   <source>Down</source>
   <translation>Nach unten</translation>
  </message>
  <message>
   <source>Drag a line by its number to move it</source>
   <translation>Zum Verschieben die Position an ihrer Nummer ziehen</translation>
  </message>
  <message>
   <source>Drop files here to upload them.</source>
   <translation>Dateien zum Hochladen hier ablegen.</translation>
  </message>
  <message>
   <source>Drop what was typed</source>
   <translation>Eingabe verwerfen</translation>
  </message>
  <message>
   <source>Dropped the local copy of {module}.</source>
   <translation>Die lokale Kopie von {module} wurde entfernt.</translation>
  </message>
  <message>
   <source>Dropped the whole local copy.</source>
   <translation>Die ganze lokale Kopie wurde entfernt.</translation>
  </message>
  <message>
   <source>Dry run</source>
   <translation>Probelauf</translation>
  </message>
  <message>
   <source>Dry run, nothing was sent: {said}.</source>
   <translation>Probelauf, es wurde nichts gesendet: {said}.</translation>
  </message>
  <message>
   <source>Dry run: nothing was sent.</source>
   <translation>Probelauf: Es wurde nichts gesendet.</translation>
  </message>
  <message numerus="yes">
   <source>Dry run: {n} records would be sent.</source>
   <extracomment>Dry run: {n} record would be sent.</extracomment>
   <translation>
    <numerusform>Probelauf: {n} Datensatz würde gesendet.</numerusform>
    <numerusform>Probelauf: {n} Datensätze würden gesendet.</numerusform>
   </translation>
  </message>
  <message>
   <source>Due date</source>
   <translation>Fällig am</translation>
  </message>
  <message>
   <source>Duplicate</source>
   <translation>Duplizieren</translation>
  </message>
  <message>
   <source>Duplicate the document…</source>
   <translation>Beleg duplizieren…</translation>
  </message>
  <message>
   <source>Duplicate {name}</source>
   <translation>{name} duplizieren</translation>
  </message>
  <message numerus="yes">
   <source>Duplicate {n} lines</source>
   <extracomment>Duplicate {n} line</extracomment>
   <translation>
    <numerusform>{n} Position duplizieren</numerusform>
    <numerusform>{n} Positionen duplizieren</numerusform>
   </translation>
  </message>
  <message>
   <source>E-mail</source>
   <translation>E-Mail</translation>
  </message>
  <message>
   <source>E-mail 2</source>
   <translation>E-Mail 2</translation>
  </message>
  <message>
   <source>E-mail addresses, parted by semicolons.</source>
   <translation>E-Mail-Adressen, durch Strichpunkte getrennt.</translation>
  </message>
  <message>
   <source>E-mail template</source>
   <translation>E-Mail-Vorlage</translation>
  </message>
  <message>
   <source>E-mail templates</source>
   <translation>E-Mail-Vorlagen</translation>
  </message>
  <message>
   <source>E-mails</source>
   <translation>E-Mails</translation>
  </message>
  <message>
   <source>Each [[change]] takes one of: {kinds}.</source>
   <translation>Jedes [[change]] braucht eins von: {kinds}.</translation>
  </message>
  <message>
   <source>Each record is read once more just before it is sent. This server does not tell us what somebody else saves in the moment after that ({n} ms, as measured): such a save would be overwritten.</source>
   <translation>Jeder Datensatz wird unmittelbar vor dem Senden noch einmal gelesen. Was jemand anders im Augenblick danach speichert (gemessen {n} ms), verrät dieser Server nicht: Es würde überschrieben.</translation>
  </message>
  <message>
   <source>Earlier queries</source>
   <translation>Frühere Abfragen</translation>
  </message>
  <message>
   <source>Echoes a text.</source>
   <translation>Gibt einen Text zurück.</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Bearbeiten</translation>
  </message>
  <message>
   <source>Edit a line</source>
   <translation>Position bearbeiten</translation>
  </message>
  <message>
   <source>Edit account</source>
   <translation>Konto bearbeiten</translation>
  </message>
  <message>
   <source>Edit as query…</source>
   <translation>Als Abfrage bearbeiten…</translation>
  </message>
  <message>
   <source>Edit fields</source>
   <translation>Felder bearbeiten</translation>
  </message>
  <message>
   <source>Edit lines</source>
   <translation>Positionen bearbeiten</translation>
  </message>
  <message>
   <source>Edit the field</source>
   <translation>Feld bearbeiten</translation>
  </message>
  <message>
   <source>Edit this account…</source>
   <translation>Dieses Konto bearbeiten…</translation>
  </message>
  <message>
   <source>Edit {name}…</source>
   <translation>{name} bearbeiten…</translation>
  </message>
  <message numerus="yes">
   <source>Edit {n} cells</source>
   <extracomment>Edit</extracomment>
   <translation>
    <numerusform>Bearbeiten</numerusform>
    <numerusform>{n} Zellen bearbeiten</numerusform>
   </translation>
  </message>
  <message>
   <source>Email</source>
   <translation>E-Mail</translation>
  </message>
  <message>
   <source>Employees</source>
   <translation>Mitarbeiter</translation>
  </message>
  <message>
   <source>Empty cells</source>
   <translation>Leere Zellen</translation>
  </message>
  <message>
   <source>Empty the field</source>
   <translation>Feld leeren</translation>
  </message>
  <message>
   <source>Empty the selected cells</source>
   <translation>Markierte Zellen leeren</translation>
  </message>
  <message>
   <source>Empty: nobody is asked. Your administrator, or whoever gave you crmdesk, can tell you one that begins with https://.</source>
   <translation>Leer: Niemand wird gefragt. Ihr Administrator, oder wer Ihnen crmdesk gab, kann Ihnen eine nennen; sie beginnt mit https://.</translation>
  </message>
  <message>
   <source>Encoding</source>
   <translation>Kodierung</translation>
  </message>
  <message>
   <source>Ends the session.</source>
   <translation>Beendet die Sitzung.</translation>
  </message>
  <message>
   <source>Ends the session; SplendidCRM only checks it.</source>
   <translation>Beendet die Sitzung; SplendidCRM prüft sie nur.</translation>
  </message>
  <message>
   <source>Enter</source>
   <translation>Return</translation>
  </message>
  <message>
   <source>Enters a mail merge in a campaign.</source>
   <translation>Trägt einen Serienbrief in eine Kampagne ein.</translation>
  </message>
  <message>
   <source>Environment</source>
   <translation>Umgebung</translation>
  </message>
  <message>
   <source>Esc</source>
   <translation>Esc</translation>
  </message>
  <message>
   <source>Event</source>
   <translation>Veranstaltung</translation>
  </message>
  <message>
   <source>Events</source>
   <translation>Veranstaltungen</translation>
  </message>
  <message>
   <source>Events (calendar)</source>
   <translation>Veranstaltungen</translation>
  </message>
  <message>
   <source>Every apply is noted here, with what was there before.</source>
   <translation>Was Sie anwenden, wird hier festgehalten, samt dem, was vorher da war.</translation>
  </message>
  <message>
   <source>Every module that is copied to this computer is searched while you type, of all accounts, also without their servers. F4 shows and changes what is copied.</source>
   <translation>Während Sie tippen, werden alle Module durchsucht, die auf diesen Computer kopiert sind, in allen Konten und auch ohne deren Server. F4 zeigt und ändert, was kopiert ist.</translation>
  </message>
  <message>
   <source>Every row is held against the server</source>
   <translation>Jede Zeile wird mit dem Server verglichen</translation>
  </message>
  <message>
   <source>Every row is so already on the server, or is left out.</source>
   <translation>Jede Zeile ist auf dem Server schon so oder wird ausgelassen.</translation>
  </message>
  <message>
   <source>Every row makes a new record.</source>
   <translation>Jede Zeile ergibt einen neuen Datensatz.</translation>
  </message>
  <message>
   <source>Every user; administrators only.</source>
   <translation>Alle Benutzer; nur für Administratoren.</translation>
  </message>
  <message>
   <source>Every value exactly as it is, for other programs; a spreadsheet may change some of them.</source>
   <translation>Jeder Wert genau, wie er ist, für andere Programme; ein Tabellenprogramm kann manche davon verändern.</translation>
  </message>
  <message>
   <source>Everything is taken over.</source>
   <translation>Alles wird übernommen.</translation>
  </message>
  <message>
   <source>Everything that is linked to a contact.</source>
   <translation>Alles, was mit einem Kontakt verknüpft ist.</translation>
  </message>
  <message>
   <source>Everywhere</source>
   <translation>Überall</translation>
  </message>
  <message>
   <source>Exit codes: 0 done; 1 the server or the data said no; 2 the command line is wrong; 3 some rows applied and some not; 130 interrupted.</source>
   <translation>Exit-Codes: 0 erledigt; 1 Server oder Daten haben abgelehnt; 2 falsche Befehlszeile; 3 manche Zeilen angewendet, manche nicht; 130 abgebrochen.</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Exportieren</translation>
  </message>
  <message>
   <source>Export once more to write what the copy on this computer holds.</source>
   <translation>Exportieren Sie noch einmal, um zu schreiben, was die Kopie auf diesem Computer enthält.</translation>
  </message>
  <message>
   <source>Export the journal</source>
   <translation>Journal exportieren</translation>
  </message>
  <message>
   <source>Export this batch…</source>
   <translation>Diesen Vorgang exportieren…</translation>
  </message>
  <message>
   <source>Export {0}</source>
   <translation>{0} exportieren</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Exportieren…</translation>
  </message>
  <message>
   <source>Expression</source>
   <translation>Ausdruck</translation>
  </message>
  <message>
   <source>Extra certificates</source>
   <translation>Weitere Zertifikate</translation>
  </message>
  <message>
   <source>FIELD|OPERATOR|VALUE; the operators are =, LIKE, BEGINS, ENDS, CONTAINS. One condition.</source>
   <translation>FELD|OPERATOR|WERT; die Operatoren sind =, LIKE, BEGINS, ENDS, CONTAINS. Eine Bedingung.</translation>
  </message>
  <message>
   <source>FILE is one of
  JSON lines   {"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Espoo"},"was":{"bill_city":"Esbo"}}
               op: update, create (with a key it is never made twice), delete, document (with lines).
               A missing field is left alone, null clears it. Where the server holds something else than "was",
               that change is a conflict and is not sent.
  TOML         a recipe: module, where (or ids), [[change]] with field and set, clear, replace/with, prefix, suffix,
               copy or compute; [expect] with records, never_touch, stop_after_failures
  CSV, XLSX    rows of one module (--module) with an id, or a column to find records by (--match); empty cells leave
               fields alone, numbers are written 1234.56 and dates 2026-12-24
</source>
   <translation>FILE ist eins von
  JSON-Zeilen  {"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Espoo"},"was":{"bill_city":"Esbo"}}
               op: update, create (mit key nie doppelt angelegt), delete, document (mit lines).
               Ein fehlendes Feld bleibt, wie es ist, null leert es. Hat der Server etwas anderes als "was",
               ist die Änderung ein Konflikt und wird nicht gesendet.
  TOML         ein Rezept: module, where (oder ids), [[change]] mit field und set, clear, replace/with, prefix, suffix,
               copy oder compute; [expect] mit records, never_touch, stop_after_failures
  CSV, XLSX    Zeilen eines Moduls (--module) mit id oder einer Spalte zum Finden (--match); leere Zellen lassen
               Felder, wie sie sind; Zahlen als 1234.56, Daten als 2026-12-24
</translation>
  </message>
  <message>
   <source>Family</source>
   <translation>Familie</translation>
  </message>
  <message>
   <source>Favourite</source>
   <translation>Favorit</translation>
  </message>
  <message>
   <source>Favourites</source>
   <translation>Favoriten</translation>
  </message>
  <message>
   <source>Field</source>
   <translation>Feld</translation>
  </message>
  <message>
   <source>Field to change</source>
   <translation>Zu änderndes Feld</translation>
  </message>
  <message>
   <source>Field to copy from</source>
   <translation>Feld, aus dem kopiert wird</translation>
  </message>
  <message>
   <source>Fields by their names, texts in quotes. Point at the line to see the functions.</source>
   <translation>Felder mit ihrem Namen, Texte in Anführungszeichen. Zeigen Sie auf die Zeile, um die Funktionen zu sehen.</translation>
  </message>
  <message>
   <source>Fields of the row</source>
   <translation>Felder der Zeile</translation>
  </message>
  <message>
   <source>Fields of this module…</source>
   <translation>Felder dieses Moduls…</translation>
  </message>
  <message>
   <source>Fields of {records} ({name})</source>
   <translation>Felder von {records} ({name})</translation>
  </message>
  <message>
   <source>Fields that somebody has changed since are left out and listed, and so is what cannot come back.</source>
   <translation>Felder, die seither jemand geändert hat, werden ausgelassen und aufgelistet, ebenso was nicht zurückgeholt werden kann.</translation>
  </message>
  <message>
   <source>Fields, parted by commas, whose user numbers come as names.</source>
   <translation>Felder, durch Kommas getrennt, deren Benutzernummern als Namen kommen.</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Datei</translation>
  </message>
  <message>
   <source>File name</source>
   <translation>Dateiname</translation>
  </message>
  <message>
   <source>File with extra certificates</source>
   <translation>Datei mit weiteren Zertifikaten</translation>
  </message>
  <message>
   <source>Files of the report</source>
   <translation>Dateien des Berichts</translation>
  </message>
  <message>
   <source>Fill down</source>
   <translation>Nach unten ausfüllen</translation>
  </message>
  <message>
   <source>Fill in e-mail, password and portal id.</source>
   <translation>Geben Sie E-Mail, Kennwort und Portal-ID ein.</translation>
  </message>
  <message>
   <source>Fill in the address of the CRM.</source>
   <translation>Geben Sie die Adresse des CRM ein.</translation>
  </message>
  <message>
   <source>Fill in the address, for example https://crm.example.com/</source>
   <translation>Geben Sie die Adresse ein, zum Beispiel https://crm.example.com/</translation>
  </message>
  <message>
   <source>Fill in {name}.</source>
   <translation>Füllen Sie {name} aus.</translation>
  </message>
  <message>
   <source>Fill in {part}.</source>
   <translation>Füllen Sie {part} aus.</translation>
  </message>
  <message>
   <source>Filter</source>
   <translation>Filter</translation>
  </message>
  <message>
   <source>Filter as text</source>
   <translation>Filter als Text</translation>
  </message>
  <message>
   <source>Filter modules</source>
   <translation>Module filtern</translation>
  </message>
  <message>
   <source>Filtered by the server: {what}</source>
   <translation>Vom Server gefiltert: {what}</translation>
  </message>
  <message>
   <source>Filtered here: nothing</source>
   <translation>Hier gefiltert: nichts</translation>
  </message>
  <message>
   <source>Filtered here: {what}  ({reason})</source>
   <translation>Hier gefiltert: {what}  ({reason})</translation>
  </message>
  <message>
   <source>Filters by itself</source>
   <translation>Filtert selbst</translation>
  </message>
  <message>
   <source>Find</source>
   <translation>Suchen</translation>
  </message>
  <message>
   <source>Find a field</source>
   <translation>Feld suchen</translation>
  </message>
  <message>
   <source>Find a setting</source>
   <translation>Einstellung suchen</translation>
  </message>
  <message>
   <source>Find among recent and favourite records</source>
   <translation>Unter letzten und bevorzugten Datensätzen suchen</translation>
  </message>
  <message>
   <source>Find an action or a key</source>
   <translation>Aktion oder Taste suchen</translation>
  </message>
  <message>
   <source>Find by</source>
   <translation>Abgleich</translation>
  </message>
  <message>
   <source>Find damaged text…</source>
   <translation>Beschädigten Text suchen…</translation>
  </message>
  <message>
   <source>Find duplicates…</source>
   <translation>Dubletten suchen…</translation>
  </message>
  <message>
   <source>Find in the reply</source>
   <translation>In der Antwort suchen</translation>
  </message>
  <message>
   <source>Find in this table</source>
   <translation>In dieser Tabelle suchen</translation>
  </message>
  <message>
   <source>Find…</source>
   <translation>Suchen…</translation>
  </message>
  <message>
   <source>Finishing what is being sent…</source>
   <translation>Laufendes Senden wird beendet…</translation>
  </message>
  <message>
   <source>First name</source>
   <translation>Vorname</translation>
  </message>
  <message>
   <source>First rows</source>
   <translation>Erste Zeilen</translation>
  </message>
  <message>
   <source>Fold pending changes</source>
   <translation>Vorgemerkte Änderungen einklappen</translation>
  </message>
  <message>
   <source>Folders cannot be uploaded, only files.</source>
   <translation>Ordner können nicht hochgeladen werden, nur Dateien.</translation>
  </message>
  <message>
   <source>Follow the link in the cell</source>
   <translation>Dem Link in der Zelle folgen</translation>
  </message>
  <message>
   <source>For an e-mail or a note</source>
   <translation>Für eine E-Mail oder Notiz</translation>
  </message>
  <message>
   <source>For example http://user:password@proxy:3128; the password is kept in the keychain alone.</source>
   <translation>Zum Beispiel http://benutzer:kennwort@proxy:3128; das Kennwort bleibt allein im Schlüsselbund.</translation>
  </message>
  <message>
   <source>For example: upper(trim(bill_city))</source>
   <translation>Zum Beispiel: upper(trim(bill_city))</translation>
  </message>
  <message>
   <source>For the command line: crmdesk apply</source>
   <translation>Für die Befehlszeile: crmdesk apply</translation>
  </message>
  <message>
   <source>Forgot “{profile}”. Its journal stays on this computer.</source>
   <translation>„{profile}“ entfernt. Das Journal bleibt auf diesem Computer.</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>Formats:</source>
   <translation>Formate:</translation>
  </message>
  <message>
   <source>Found by {0}</source>
   <translation>Abgleich über {0}</translation>
  </message>
  <message>
   <source>Found: delete. Not found: leave out.</source>
   <translation>Gefunden: löschen. Nicht gefunden: auslassen.</translation>
  </message>
  <message>
   <source>Found: update. Not found: create.</source>
   <translation>Gefunden: aktualisieren. Nicht gefunden: anlegen.</translation>
  </message>
  <message>
   <source>Found: update. Not found: leave out.</source>
   <translation>Gefunden: aktualisieren. Nicht gefunden: auslassen.</translation>
  </message>
  <message>
   <source>From a spreadsheet: item, quantity, price … as the columns stand</source>
   <translation>Aus einer Tabelle: Artikel, Menge, Preis … in der Reihenfolge der Spalten</translation>
  </message>
  <message>
   <source>From the copy on this computer, {when}</source>
   <translation>Aus der Kopie auf diesem Computer, {when}</translation>
  </message>
  <message>
   <source>Full id of the attachment.</source>
   <translation>Vollständige ID des Anhangs.</translation>
  </message>
  <message>
   <source>Full id of the record, for example 3x17.</source>
   <translation>Vollständige ID des Datensatzes, zum Beispiel 3x17.</translation>
  </message>
  <message>
   <source>Full id of the user who takes over.</source>
   <translation>Vollständige ID des Benutzers, der übernimmt.</translation>
  </message>
  <message>
   <source>Full id of the user.</source>
   <translation>Vollständige ID des Benutzers.</translation>
  </message>
  <message>
   <source>Give a value for {field}, or choose “Clear”.</source>
   <translation>Geben Sie einen Wert für {field} an oder wählen Sie „Leeren“.</translation>
  </message>
  <message>
   <source>Give either --account or --vendor, not both.</source>
   <translation>Geben Sie entweder --account oder --vendor an, nicht beides.</translation>
  </message>
  <message>
   <source>Give the account a name.</source>
   <translation>Geben Sie dem Konto einen Namen.</translation>
  </message>
  <message>
   <source>Give the account a name; it is shown in the window and on every review.</source>
   <translation>Geben Sie dem Konto einen Namen; er steht im Fenster und bei jeder Prüfung.</translation>
  </message>
  <message>
   <source>Give the address of the CRM: --url ADDRESS.</source>
   <translation>Geben Sie die Adresse des CRM an: --url ADRESSE.</translation>
  </message>
  <message>
   <source>Give the column a date format in your spreadsheet program if {day} is meant.</source>
   <translation>Geben Sie der Spalte im Tabellenprogramm ein Datumsformat, wenn {day} gemeint ist.</translation>
  </message>
  <message>
   <source>Give to a record…</source>
   <translation>Einem Datensatz zuordnen…</translation>
  </message>
  <message>
   <source>Give {what}. Nothing was sent.</source>
   <translation>Geben Sie {what} an. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Go back, or try again.</source>
   <translation>Gehen Sie zurück oder versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>Weiter</translation>
  </message>
  <message>
   <source>Go right or left, and on in the next row</source>
   <translation>Nach rechts oder links, weiter in der nächsten Zeile</translation>
  </message>
  <message>
   <source>Go to anything</source>
   <translation>Gehe zu</translation>
  </message>
  <message>
   <source>Go to anything…</source>
   <translation>Gehe zu…</translation>
  </message>
  <message>
   <source>Goes to</source>
   <translation>Kommt nach</translation>
  </message>
  <message>
   <source>Gone: {line}</source>
   <translation>Weg: {line}</translation>
  </message>
  <message>
   <source>Good to know</source>
   <translation>Gut zu wissen</translation>
  </message>
  <message>
   <source>Grand total</source>
   <translation>Gesamtsumme</translation>
  </message>
  <message>
   <source>Green</source>
   <translation>Grün</translation>
  </message>
  <message>
   <source>Gross, now {sum}</source>
   <translation>Brutto, jetzt {sum}</translation>
  </message>
  <message>
   <source>HTML entities (M&amp;uuml;ller)</source>
   <translation>HTML-Zeichen (M&amp;uuml;ller)</translation>
  </message>
  <message>
   <source>HTML entities in plain text</source>
   <translation>HTML-Zeichen in reinem Text</translation>
  </message>
  <message>
   <source>Heading</source>
   <translation>Überschrift</translation>
  </message>
  <message>
   <source>Headline above</source>
   <translation>Überschrift darüber</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Hilfe</translation>
  </message>
  <message>
   <source>Hide details</source>
   <translation>Details ausblenden</translation>
  </message>
  <message>
   <source>Hide empty fields</source>
   <translation>Leere Felder ausblenden</translation>
  </message>
  <message>
   <source>Hide this column</source>
   <translation>Diese Spalte ausblenden</translation>
  </message>
  <message>
   <source>Hide what is typed</source>
   <translation>Eingabe verbergen</translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation>Hoher Kontrast</translation>
  </message>
  <message>
   <source>History</source>
   <translation>Verlauf</translation>
  </message>
  <message>
   <source>Hits</source>
   <translation>Treffer</translation>
  </message>
  <message>
   <source>Holding the changes in {name} against the server …</source>
   <translation>Die Änderungen in {name} werden mit dem Server verglichen …</translation>
  </message>
  <message>
   <source>Home</source>
   <translation>Übersicht</translation>
  </message>
  <message>
   <source>Home phone</source>
   <translation>Telefon privat</translation>
  </message>
  <message>
   <source>How it is called</source>
   <translation>Bezeichnung</translation>
  </message>
  <message>
   <source>How many rows a condition finds.</source>
   <translation>Wie viele Zeilen eine Bedingung findet.</translation>
  </message>
  <message>
   <source>How many rows at most; never 0.</source>
   <translation>Wie viele Zeilen höchstens; nie 0.</translation>
  </message>
  <message>
   <source>How many rows to skip.</source>
   <translation>Wie viele Zeilen übersprungen werden.</translation>
  </message>
  <message>
   <source>How many: {module}.</source>
   <translation>Wie viele: {module}.</translation>
  </message>
  <message>
   <source>How they are shown, and read when you type them. What the server stores stays the same.</source>
   <translation>Wie sie angezeigt und beim Eintippen gelesen werden. Was der Server speichert, bleibt gleich.</translation>
  </message>
  <message>
   <source>How this CRM computes totals is not known, so no total can be aimed for.</source>
   <translation>Wie dieses CRM Summen berechnet, ist nicht bekannt; daher lässt sich keine Summe ansteuern.</translation>
  </message>
  <message>
   <source>I looked: it was done</source>
   <translation>Ich habe nachgesehen: ausgeführt</translation>
  </message>
  <message>
   <source>I looked: it was not done</source>
   <translation>Ich habe nachgesehen: nicht ausgeführt</translation>
  </message>
  <message>
   <source>Id</source>
   <translation>ID</translation>
  </message>
  <message>
   <source>Id of the record</source>
   <translation>ID des Datensatzes</translation>
  </message>
  <message>
   <source>Ids</source>
   <translation>IDs</translation>
  </message>
  <message>
   <source>Ids of related records.</source>
   <translation>IDs verknüpfter Datensätze.</translation>
  </message>
  <message>
   <source>If it broke off at once after the last start, the start page is the better choice.</source>
   <translation>Brach es gleich nach dem letzten Start ab, ist die Startseite die bessere Wahl.</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Importieren</translation>
  </message>
  <message>
   <source>Import {0} into {1} · {2} ({3})</source>
   <translation>{0} in {1} importieren · {2} ({3})</translation>
  </message>
  <message>
   <source>Import {name}: {n} records</source>
   <translation>Import {name}: {n} Datensätze</translation>
  </message>
  <message>
   <source>Import…</source>
   <translation>Importieren…</translation>
  </message>
  <message>
   <source>In CRM-service: Settings → Web service API keys. A key carries its own rights; it is needed for SOAP.</source>
   <translation>In CRM-service: Einstellungen → API-Schlüssel des Webservice. Ein Schlüssel hat eigene Rechte; für SOAP wird er gebraucht.</translation>
  </message>
  <message>
   <source>In a table</source>
   <translation>In einer Tabelle</translation>
  </message>
  <message>
   <source>In filters, queries and lists</source>
   <translation>In Filtern, Abfragen und Listen</translation>
  </message>
  <message>
   <source>In stock</source>
   <translation>Auf Lager</translation>
  </message>
  <message>
   <source>In the lines of a document</source>
   <translation>In den Positionen eines Belegs</translation>
  </message>
  <message>
   <source>In the record beside it</source>
   <translation>Im Datensatz daneben</translation>
  </message>
  <message>
   <source>In the record’s form</source>
   <translation>Im Formular des Datensatzes</translation>
  </message>
  <message>
   <source>In webCRM: Configuration → Integration → API → REST. A token carries its own rights.</source>
   <translation>In webCRM: Konfiguration → Integration → API → REST. Ein Token hat eigene Rechte.</translation>
  </message>
  <message>
   <source>Included</source>
   <translation>Einbezogen</translation>
  </message>
  <message>
   <source>Installed product</source>
   <translation>Installiertes Produkt</translation>
  </message>
  <message>
   <source>Installed products</source>
   <translation>Installierte Produkte</translation>
  </message>
  <message>
   <source>Interface</source>
   <translation>Schnittstelle</translation>
  </message>
  <message>
   <source>International (ISO 8601)</source>
   <translation>International (ISO 8601)</translation>
  </message>
  <message>
   <source>Interrupted.</source>
   <translation>Abgebrochen.</translation>
  </message>
  <message>
   <source>Interrupted: {counted}. The journal tells what was sent.</source>
   <translation>Abgebrochen: {counted}. Das Journal sagt, was gesendet wurde.</translation>
  </message>
  <message>
   <source>Inventory</source>
   <translation>Bestand</translation>
  </message>
  <message>
   <source>Invisible characters</source>
   <translation>Unsichtbare Zeichen</translation>
  </message>
  <message>
   <source>Invoice</source>
   <translation>Rechnung</translation>
  </message>
  <message>
   <source>Invoice date</source>
   <translation>Rechnungsdatum</translation>
  </message>
  <message>
   <source>Invoice number</source>
   <translation>Rechnungsnummer</translation>
  </message>
  <message>
   <source>Invoices</source>
   <translation>Rechnungen</translation>
  </message>
  <message>
   <source>Invoices by month</source>
   <translation>Rechnungen je Monat</translation>
  </message>
  <message>
   <source>Invoices this month</source>
   <translation>Rechnungen in diesem Monat</translation>
  </message>
  <message>
   <source>Is so already</source>
   <translation>Schon so</translation>
  </message>
  <message>
   <source>It begins with {what}.</source>
   <translation>Der Beleg beginnt mit {what}.</translation>
  </message>
  <message>
   <source>It changes data on the server.</source>
   <translation>Das ändert Daten auf dem Server.</translation>
  </message>
  <message>
   <source>It comes back with a new id; links to the old one, its history and its files do not.</source>
   <translation>Kommt mit neuer ID zurück; Verknüpfungen mit der alten, Verlauf und Dateien nicht.</translation>
  </message>
  <message>
   <source>It goes from this computer only: nothing changes on the server, and pending changes stay.</source>
   <translation>Sie wird nur von diesem Computer entfernt: Auf dem Server ändert sich nichts, und vorgemerkte Änderungen bleiben.</translation>
  </message>
  <message>
   <source>It had {lines} lines before and has {now} now. Look at its lines at once.</source>
   <translation>Vorher hatte der Beleg {lines} Positionen, jetzt {now}. Sehen Sie sich die Positionen sofort an.</translation>
  </message>
  <message numerus="yes">
   <source>It happened {n} times.</source>
   <extracomment>It happened {n} time.</extracomment>
   <translation>
    <numerusform>Es ist {n}-mal passiert.</numerusform>
    <numerusform>Es ist {n}-mal passiert.</numerusform>
   </translation>
  </message>
  <message>
   <source>It is linked on the server at once.</source>
   <translation>Die Verknüpfung entsteht sofort auf dem Server.</translation>
  </message>
  <message>
   <source>It is no longer what you reviewed, so it was not sent. Review it again.</source>
   <translation>Es ist nicht mehr das, was Sie geprüft haben, und wurde darum nicht gesendet. Prüfen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>It is not known whether the server carried this out: {why} Look on the server first. Nothing is sent again by itself.</source>
   <translation>Es ist nicht bekannt, ob der Server das ausgeführt hat: {why} Sehen Sie zuerst auf dem Server nach. Nichts wird von selbst noch einmal gesendet.</translation>
  </message>
  <message>
   <source>It is not known whether this was done: look for the record before you change anything.</source>
   <translation>Es ist nicht bekannt, ob das ausgeführt wurde: Suchen Sie den Datensatz, bevor Sie etwas ändern.</translation>
  </message>
  <message>
   <source>It is not known whether {name} was done</source>
   <translation>Es ist nicht bekannt, ob {name} ausgeführt wurde</translation>
  </message>
  <message>
   <source>It is not known whether {operation} was carried out: {reason} Look on the server first.</source>
   <translation>Es ist nicht bekannt, ob {operation} ausgeführt wurde: {reason} Sehen Sie zuerst auf dem Server nach.</translation>
  </message>
  <message>
   <source>It is printed above the document and remembered for this account.</source>
   <translation>Sie steht oben auf dem Ausdruck und wird für dieses Konto gemerkt.</translation>
  </message>
  <message>
   <source>It is sent at once, and nothing here undoes it.</source>
   <translation>Es wird sofort gesendet und lässt sich hier nicht rückgängig machen.</translation>
  </message>
  <message>
   <source>It is to be had at {address}</source>
   <translation>Erhältlich unter {address}</translation>
  </message>
  <message>
   <source>It stands in the address when you open the campaign in the browser.</source>
   <translation>Sie steht in der Adresse, wenn Sie die Kampagne im Browser öffnen.</translation>
  </message>
  <message>
   <source>It takes nothing.</source>
   <translation>Braucht keine Angaben.</translation>
  </message>
  <message>
   <source>It was made already: {made}.</source>
   <translation>Schon angelegt: {made}.</translation>
  </message>
  <message>
   <source>It was made by this batch, and somebody has changed its lines since: it is not deleted.</source>
   <translation>Von diesem Vorgang angelegt, und jemand hat seither die Positionen geändert: wird nicht gelöscht.</translation>
  </message>
  <message>
   <source>It was made by this batch, and somebody has worked on it since: it is not deleted.</source>
   <translation>Von diesem Vorgang angelegt, und jemand hat seither daran gearbeitet: wird nicht gelöscht.</translation>
  </message>
  <message>
   <source>It was made by this batch, and you may not delete {records}.</source>
   <translation>Von diesem Vorgang angelegt, und Sie dürfen {records} nicht löschen.</translation>
  </message>
  <message>
   <source>It was saved, but reading it back failed: {reason} Reload the document and look.</source>
   <translation>Es wurde gespeichert, ließ sich aber nicht wieder lesen: {reason} Laden Sie den Beleg neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>It was saved, but reading it back failed: {reason} Reload the record and look.</source>
   <translation>Es wurde gespeichert, ließ sich aber nicht wieder lesen: {reason} Laden Sie den Datensatz neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>It works: signed in as {who} on {server}, {modules} modules, {elapsed_ms} ms.</source>
   <translation>Es funktioniert: angemeldet als {who} auf {server}, {modules} Module, {elapsed_ms} ms.</translation>
  </message>
  <message>
   <source>Item</source>
   <translation>Artikel</translation>
  </message>
  <message>
   <source>Items, before discount</source>
   <translation>Artikel vor Rabatt</translation>
  </message>
  <message>
   <source>Its first rows are shown here.</source>
   <translation>Hier stehen dann ihre ersten Zeilen.</translation>
  </message>
  <message>
   <source>Its lines do not come back.</source>
   <translation>Die Positionen kommen nicht zurück.</translation>
  </message>
  <message>
   <source>Its makers say nothing about it.</source>
   <translation>Die Hersteller sagen nichts dazu.</translation>
  </message>
  <message>
   <source>Its pending changes are not sent with this; they keep waiting here.</source>
   <translation>Die vorgemerkten Änderungen daran werden nicht mitgesendet; sie bleiben hier vorgemerkt.</translation>
  </message>
  <message>
   <source>JSON</source>
   <translation>JSON</translation>
  </message>
  <message>
   <source>JSON (*.json)</source>
   <translation>JSON (*.json)</translation>
  </message>
  <message>
   <source>JSON instead of text</source>
   <translation>JSON statt Text</translation>
  </message>
  <message>
   <source>JSON lines</source>
   <translation>JSON-Zeilen</translation>
  </message>
  <message>
   <source>JSON lines always have the names of the fields.</source>
   <translation>JSON-Zeilen haben immer die Namen der Felder.</translation>
  </message>
  <message>
   <source>JSON list of field names; [] = all.</source>
   <translation>JSON-Liste von Feldnamen; [] = alle.</translation>
  </message>
  <message>
   <source>JSON list of full ids, ["4x2"].</source>
   <translation>JSON-Liste vollständiger IDs, ["4x2"].</translation>
  </message>
  <message>
   <source>JSON list of full ids.</source>
   <translation>JSON-Liste vollständiger IDs.</translation>
  </message>
  <message>
   <source>JSON list of ids.</source>
   <translation>JSON-Liste von IDs.</translation>
  </message>
  <message>
   <source>JSON list of module names.</source>
   <translation>JSON-Liste von Modulnamen.</translation>
  </message>
  <message>
   <source>JSON list of such links.</source>
   <translation>JSON-Liste solcher Verknüpfungen.</translation>
  </message>
  <message>
   <source>JSON list of such lists.</source>
   <translation>JSON-Liste solcher Listen.</translation>
  </message>
  <message>
   <source>JSON list of {"name", "value"}; without id a new record, with deleted = 1 it is deleted.</source>
   <translation>JSON-Liste von {"name", "value"}; ohne id ein neuer Datensatz, mit deleted = 1 wird er gelöscht.</translation>
  </message>
  <message>
   <source>JSON with any of: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, withpagecount, recordid, pagenumber.</source>
   <translation>JSON mit beliebigen von: modules, assignment, timestamp, timeframe, maxchanges, maxrecords, withchanges, withpagecount, recordid, pagenumber.</translation>
  </message>
  <message>
   <source>JSON, for example {"$cts":["name","Acme"]}.</source>
   <translation>JSON, zum Beispiel {"$cts":["name","Acme"]}.</translation>
  </message>
  <message>
   <source>JSON: EVERY line of the document; a line that is left out is deleted for good.</source>
   <translation>JSON: JEDE Position des Belegs; eine ausgelassene Position wird endgültig gelöscht.</translation>
  </message>
  <message>
   <source>JSON: [{"type": "activities", "id": "17"}].</source>
   <translation>JSON: [{"type": "activities", "id": "17"}].</translation>
  </message>
  <message>
   <source>JSON: a list of {what}.</source>
   <translation>JSON: eine Liste von {what}.</translation>
  </message>
  <message>
   <source>JSON: a list.</source>
   <translation>JSON: eine Liste.</translation>
  </message>
  <message>
   <source>JSON: columns, limit, offset.</source>
   <translation>JSON: columns, limit, offset.</translation>
  </message>
  <message>
   <source>JSON: each field with its value.</source>
   <translation>JSON: jedes Feld mit seinem Wert.</translation>
  </message>
  <message>
   <source>JSON: field -&gt; value, with id.</source>
   <translation>JSON: Feld -&gt; Wert, mit id.</translation>
  </message>
  <message>
   <source>JSON: field -&gt; value.</source>
   <translation>JSON: Feld -&gt; Wert.</translation>
  </message>
  <message>
   <source>JSON: from, select, where, format, options.</source>
   <translation>JSON: from, select, where, format, options.</translation>
  </message>
  <message>
   <source>JSON: the fields to change.</source>
   <translation>JSON: die zu ändernden Felder.</translation>
  </message>
  <message>
   <source>JSON: the file, its content as base64.</source>
   <translation>JSON: die Datei, ihr Inhalt als Base64.</translation>
  </message>
  <message>
   <source>JSON: the line's fields.</source>
   <translation>JSON: die Felder der Position.</translation>
  </message>
  <message>
   <source>JSON: the record, or for PATCH a list of records; each with its id, 0 for a new one.</source>
   <translation>JSON: der Datensatz, bei PATCH eine Liste von Datensätzen; jeder mit seiner ID, 0 für einen neuen.</translation>
  </message>
  <message>
   <source>JSON: {"de_de": {"active": "1"}}.</source>
   <translation>JSON: {"de_de": {"active": "1"}}.</translation>
  </message>
  <message>
   <source>JSON: {"events": false} does not run workflows and handlers.</source>
   <translation>JSON: {"events": false} führt keine Workflows und Handler aus.</translation>
  </message>
  <message>
   <source>JSON: {"module1", "module1_id", "module2", "module2_id"}.</source>
   <translation>JSON: {"module1", "module1_id", "module2", "module2_id"}.</translation>
  </message>
  <message>
   <source>JSON: {"notes_title": …, "filename": …}.</source>
   <translation>JSON: {"notes_title": …, "filename": …}.</translation>
  </message>
  <message>
   <source>JSON: {"onlyOwn": false} takes everybody's records.</source>
   <translation>JSON: {"onlyOwn": false} nimmt die Datensätze aller Benutzer.</translation>
  </message>
  <message>
   <source>JSON: {"patch": true} leaves out fields alone; {"events": false} does not run workflows.</source>
   <translation>JSON: {"patch": true} lässt nicht genannte Felder, wie sie sind; {"events": false} führt keine Workflows aus.</translation>
  </message>
  <message>
   <source>JSON: {"recalculate": true} computes the totals anew; recommended.</source>
   <translation>JSON: {"recalculate": true} berechnet die Summen neu; empfohlen.</translation>
  </message>
  <message>
   <source>JSON: {"stream": base64, "mime_type": …}.</source>
   <translation>JSON: {"stream": base64, "mime_type": …}.</translation>
  </message>
  <message>
   <source>JSON: {"withPermissions": true} adds rights, {"withAttachment": true} adds a document's file as base64.</source>
   <translation>JSON: {"withPermissions": true} liefert die Rechte mit, {"withAttachment": true} die Datei eines Dokuments als Base64.</translation>
  </message>
  <message>
   <source>JSON: {what} with {parts}.</source>
   <translation>JSON: {what} mit {parts}.</translation>
  </message>
  <message>
   <source>Job title</source>
   <translation>Funktion</translation>
  </message>
  <message>
   <source>Journal</source>
   <translation>Journal</translation>
  </message>
  <message>
   <source>Journal and undo</source>
   <translation>Journal und Rückgängig</translation>
  </message>
  <message>
   <source>Keep a copy on this computer</source>
   <translation>Kopie auf diesem Computer halten</translation>
  </message>
  <message>
   <source>Keep it</source>
   <translation>Behalten</translation>
  </message>
  <message>
   <source>Keep it among the pending changes</source>
   <translation>Zu den vorgemerkten Änderungen legen</translation>
  </message>
  <message>
   <source>Keep the lines of these documents, too (one question to the server for each)</source>
   <translation>Auch die Positionen dieser Belege halten (eine Anfrage an den Server je Beleg)</translation>
  </message>
  <message>
   <source>Keep this line</source>
   <translation>Position behalten</translation>
  </message>
  <message>
   <source>Kept by the server</source>
   <translation>Vom Server geführt</translation>
  </message>
  <message>
   <source>Kept in</source>
   <translation>Gespeichert in</translation>
  </message>
  <message>
   <source>Keyboard map</source>
   <translation>Tastenübersicht</translation>
  </message>
  <message>
   <source>Keyboard map…</source>
   <translation>Tastenübersicht…</translation>
  </message>
  <message>
   <source>Kind of record</source>
   <translation>Art des Datensatzes</translation>
  </message>
  <message>
   <source>Knowledge base</source>
   <translation>Wissensdatenbank</translation>
  </message>
  <message>
   <source>Label</source>
   <translation>Beschriftung</translation>
  </message>
  <message>
   <source>Label of the list.</source>
   <translation>Beschriftung der Liste.</translation>
  </message>
  <message>
   <source>Labels</source>
   <translation>Beschriftungen</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>Sprache</translation>
  </message>
  <message>
   <source>Language and formats</source>
   <translation>Sprache und Formate</translation>
  </message>
  <message>
   <source>Larger text</source>
   <translation>Größerer Text</translation>
  </message>
  <message>
   <source>Largest customers</source>
   <translation>Größte Kunden</translation>
  </message>
  <message>
   <source>Last name</source>
   <translation>Nachname</translation>
  </message>
  <message>
   <source>Lead</source>
   <translation>Lead</translation>
  </message>
  <message>
   <source>Lead source</source>
   <translation>Lead-Quelle</translation>
  </message>
  <message>
   <source>Lead status</source>
   <translation>Lead-Status</translation>
  </message>
  <message>
   <source>Lead type</source>
   <translation>Lead-Art</translation>
  </message>
  <message>
   <source>Leads</source>
   <translation>Leads</translation>
  </message>
  <message>
   <source>Learnt from the server's clock; only where times look shifted.</source>
   <translation>Wird aus der Serveruhr ermittelt; nur wenn Zeiten verschoben aussehen.</translation>
  </message>
  <message>
   <source>Leave empty: the server refuses or ignores it.</source>
   <translation>Leer lassen: Der Server lehnt es ab oder beachtet es nicht.</translation>
  </message>
  <message>
   <source>Leave it so</source>
   <translation>So lassen</translation>
  </message>
  <message>
   <source>Left out</source>
   <translation>Ausgelassen</translation>
  </message>
  <message>
   <source>Less of it: nothing blinks, slides or runs; progress is told in numbers.</source>
   <translation>Weniger davon: Nichts blinkt, gleitet oder läuft; Fortschritt steht in Zahlen.</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Hell</translation>
  </message>
  <message>
   <source>Light or dark</source>
   <translation>Hell oder dunkel</translation>
  </message>
  <message>
   <source>Likely duplicates</source>
   <translation>Mögliche Dubletten</translation>
  </message>
  <message>
   <source>Likely duplicates among {0}</source>
   <translation>Mögliche Dubletten unter {0}</translation>
  </message>
  <message>
   <source>Likeness</source>
   <translation>Ähnlich</translation>
  </message>
  <message>
   <source>Line</source>
   <translation>Position</translation>
  </message>
  <message>
   <source>Line discounts</source>
   <translation>Positionsrabatte</translation>
  </message>
  <message>
   <source>Line in the file</source>
   <translation>Zeile in der Datei</translation>
  </message>
  <message>
   <source>Line {0}</source>
   <translation>Zeile {0}</translation>
  </message>
  <message>
   <source>Line {line} of {path} cannot be read ({error}).</source>
   <translation>Zeile {line} von {path} ist nicht lesbar ({error}).</translation>
  </message>
  <message>
   <source>Line {line} of {path} has a stray quotation mark. Double it where it belongs to the text.</source>
   <translation>Zeile {line} von {path} hat ein einzelnes Anführungszeichen. Verdoppeln Sie es, wo es zum Text gehört.</translation>
  </message>
  <message>
   <source>Line {line} of {path} has more cells than there are columns (column {letters}). A text with the separator in it must stand in quotation marks.</source>
   <translation>Zeile {line} von {path} hat mehr Zellen, als es Spalten gibt (Spalte {letters}). Ein Text mit dem Trennzeichen darin muss in Anführungszeichen stehen.</translation>
  </message>
  <message>
   <source>Line {line} of {path} is no JSON. Each line holds one object.</source>
   <translation>Zeile {line} von {path} ist kein JSON. Jede Zeile enthält ein Objekt.</translation>
  </message>
  <message>
   <source>Line {line} of {path} is no object in braces.</source>
   <translation>Zeile {line} von {path} ist kein Objekt in geschweiften Klammern.</translation>
  </message>
  <message>
   <source>Line {number}: it has the key of line {keys}.</source>
   <translation>Zeile {number}: Sie hat denselben Schlüssel wie Zeile {keys}.</translation>
  </message>
  <message>
   <source>Line {number}: {why}</source>
   <translation>Zeile {number}: {why}</translation>
  </message>
  <message>
   <source>Line {n}: {name}</source>
   <translation>Position {n}: {name}</translation>
  </message>
  <message>
   <source>Line {other} is about the same record.</source>
   <translation>Zeile {other} betrifft denselben Datensatz.</translation>
  </message>
  <message>
   <source>Line {position} has two discounts. Keep one of them.</source>
   <translation>Position {position} hat zwei Rabatte. Behalten Sie einen davon.</translation>
  </message>
  <message>
   <source>Line {position} holds a broken character. Type it anew. Nothing was sent.</source>
   <translation>Position {position} enthält ein beschädigtes Zeichen. Geben Sie es neu ein. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Line {position} holds a character that this server cannot store. Take it out.</source>
   <translation>Position {position} enthält ein Zeichen, das dieser Server nicht speichern kann. Entfernen Sie es.</translation>
  </message>
  <message>
   <source>Line {position} is an alternative to a line that is to be removed. Remove it too, or untick “Alternative”.</source>
   <translation>Position {position} ist eine Alternative zu einer Position, die entfernt werden soll. Entfernen Sie sie auch oder nehmen Sie den Haken bei „Alternative“ weg.</translation>
  </message>
  <message>
   <source>Line {position} is an alternative, but no line stands above it that it could replace. Move it down, or untick “Alternative”.</source>
   <translation>Position {position} ist eine Alternative, aber über ihr steht keine, die sie ersetzen könnte. Schieben Sie sie nach unten oder nehmen Sie den Haken bei „Alternative“ weg.</translation>
  </message>
  <message>
   <source>Line {position} is gone: somebody removed it meanwhile. Reload the document.</source>
   <translation>Position {position} ist weg: Jemand hat sie inzwischen entfernt. Laden Sie den Beleg neu.</translation>
  </message>
  <message>
   <source>Line {position} is no longer what it was on the server. Reload the document.</source>
   <translation>Position {position} ist auf dem Server nicht mehr, was sie war. Laden Sie den Beleg neu.</translation>
  </message>
  <message>
   <source>Line {position} is not one of this document's lines. Reload the document.</source>
   <translation>Position {position} gehört nicht zu diesem Beleg. Laden Sie den Beleg neu.</translation>
  </message>
  <message>
   <source>Line {position} needs a product or a service. Choose one.</source>
   <translation>Position {position} braucht ein Produkt oder eine Dienstleistung. Wählen Sie eins.</translation>
  </message>
  <message>
   <source>Line {position}: a discount is a percentage there, not an amount. Nothing was sent.</source>
   <translation>Position {position}: Ein Rabatt ist dort ein Prozentsatz, kein Betrag. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Line {position}: a line has one VAT there. Nothing was sent.</source>
   <translation>Position {position}: Eine Position hat dort nur eine MwSt. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Line {position}: choose the product from the price list. Nothing was sent.</source>
   <translation>Position {position}: Wählen Sie das Produkt aus der Preisliste. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Line {position}: the discount is no percentage. Nothing was sent.</source>
   <translation>Position {position}: Der Rabatt ist kein Prozentsatz. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Line {position}: there is no {what} {record} (any longer). Choose another one.</source>
   <translation>Position {position}: {what} {record} gibt es nicht (mehr). Wählen Sie etwas anderes.</translation>
  </message>
  <message>
   <source>Line {position}: {problem} Nothing was sent.</source>
   <translation>Position {position}: {problem} Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Line {position}: {why}. Nothing was sent.</source>
   <translation>Position {position}: {why}. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Lines</source>
   <translation>Positionen</translation>
  </message>
  <message>
   <source>Lines of {module}</source>
   <translation>Positionen: {module}</translation>
  </message>
  <message>
   <source>Lines · {n}</source>
   <translation>Positionen · {n}</translation>
  </message>
  <message>
   <source>Lines, totals and fields say the same.</source>
   <translation>Positionen, Summen und Felder sind gleich.</translation>
  </message>
  <message>
   <source>Link</source>
   <translation>Verknüpfen</translation>
  </message>
  <message>
   <source>Link to a record</source>
   <translation>Verknüpfung</translation>
  </message>
  <message>
   <source>Link to {list}</source>
   <translation>Mit {list} verknüpfen</translation>
  </message>
  <message>
   <source>Linked data of {label}</source>
   <translation>Verknüpfte Daten: {label}</translation>
  </message>
  <message>
   <source>Linked.</source>
   <translation>Verknüpft.</translation>
  </message>
  <message>
   <source>Linking a task to a user does nothing on this server, or deletes the task. It is not sent.</source>
   <translation>Eine Aufgabe mit einem Benutzer zu verknüpfen bewirkt auf diesem Server nichts oder löscht die Aufgabe. Es wird nicht gesendet.</translation>
  </message>
  <message>
   <source>Links several.</source>
   <translation>Verknüpft mehrere.</translation>
  </message>
  <message>
   <source>Links that are no fields (campaigns, documents) cannot be seen here; look at the records first.</source>
   <translation>Verknüpfungen, die keine Felder sind (Kampagnen, Dokumente), sind hier nicht zu sehen; sehen Sie sich zuerst die Datensätze an.</translation>
  </message>
  <message>
   <source>Links two records (beta).</source>
   <translation>Verknüpft zwei Datensätze (Beta).</translation>
  </message>
  <message>
   <source>Links two records.</source>
   <translation>Verknüpft zwei Datensätze.</translation>
  </message>
  <message>
   <source>Link…</source>
   <translation>Verknüpfen…</translation>
  </message>
  <message>
   <source>List price {number}</source>
   <translation>Listenpreis {number}</translation>
  </message>
  <message>
   <source>Listed by</source>
   <translation>Angegeben als</translation>
  </message>
  <message>
   <source>Live data. More than 50 changes must be confirmed by typing their number.</source>
   <translation>Echte Daten. Mehr als 50 Änderungen bestätigen Sie, indem Sie ihre Anzahl eintippen.</translation>
  </message>
  <message>
   <source>Load all rows</source>
   <translation>Alle Zeilen laden</translation>
  </message>
  <message>
   <source>Loading the record</source>
   <translation>Datensatz wird geladen</translation>
  </message>
  <message>
   <source>Loading {0}</source>
   <translation>{0} werden geladen</translation>
  </message>
  <message>
   <source>Loading {file}…</source>
   <translation>{file} wird geladen…</translation>
  </message>
  <message>
   <source>Loading …</source>
   <translation>Wird geladen …</translation>
  </message>
  <message>
   <source>Loading…</source>
   <translation>Wird geladen…</translation>
  </message>
  <message>
   <source>Local copies of {account}</source>
   <translation>Lokale Kopien von {account}</translation>
  </message>
  <message>
   <source>Local copies…</source>
   <translation>Lokale Kopien…</translation>
  </message>
  <message>
   <source>Location</source>
   <translation>Standort</translation>
  </message>
  <message>
   <source>Locations</source>
   <translation>Standorte</translation>
  </message>
  <message>
   <source>Lock</source>
   <translation>Sperre</translation>
  </message>
  <message>
   <source>Lock accounts when nobody is there</source>
   <translation>Konten bei Abwesenheit sperren</translation>
  </message>
  <message>
   <source>Lock this account now</source>
   <translation>Dieses Konto jetzt sperren</translation>
  </message>
  <message>
   <source>Lock, proxy, certificates…</source>
   <translation>Sperre, Proxy, Zertifikate…</translation>
  </message>
  <message>
   <source>Locked</source>
   <translation>Gesperrt</translation>
  </message>
  <message>
   <source>Log in once, then use the access key</source>
   <translation>Einmal anmelden, dann den Zugriffsschlüssel verwenden</translation>
  </message>
  <message>
   <source>Long text</source>
   <translation>Langer Text</translation>
  </message>
  <message>
   <source>Look</source>
   <translation>Aussehen</translation>
  </message>
  <message>
   <source>Look first at what would happen; then stage the merge.</source>
   <translation>Sehen Sie erst an, was geschehen würde; dann merken Sie das Zusammenführen vor.</translation>
  </message>
  <message>
   <source>Look for</source>
   <translation>Suchen nach</translation>
  </message>
  <message>
   <source>Look up now</source>
   <translation>Jetzt nachsehen</translation>
  </message>
  <message>
   <source>Look up what is unknown</source>
   <translation>Unbekanntes nachsehen</translation>
  </message>
  <message numerus="yes">
   <source>Look up {n}</source>
   <extracomment>Look up {n}</extracomment>
   <translation>
    <numerusform>{n} nachsehen</numerusform>
    <numerusform>{n} nachsehen</numerusform>
   </translation>
  </message>
  <message>
   <source>Looking at what can be taken over …</source>
   <translation>Es wird nachgesehen, was übernommen werden kann …</translation>
  </message>
  <message>
   <source>Looking at {what} …</source>
   <translation>{what} wird nachgesehen …</translation>
  </message>
  <message>
   <source>Looking through {0}…</source>
   <translation>{0} werden durchgesehen…</translation>
  </message>
  <message>
   <source>Looking up the records: {0} read…</source>
   <translation>Datensätze werden gesucht: {0} gelesen…</translation>
  </message>
  <message>
   <source>Looking …</source>
   <translation>Wird gesucht …</translation>
  </message>
  <message>
   <source>Lost letters (M�ller)</source>
   <translation>Verlorene Buchstaben (M�ller)</translation>
  </message>
  <message>
   <source>MD5 of the password; filled in by this program.</source>
   <translation>MD5 des Kennworts; trägt dieses Programm ein.</translation>
  </message>
  <message>
   <source>MD5 of token and access key, in lower-case hex.</source>
   <translation>MD5 aus Token und Zugriffsschlüssel, hexadezimal in Kleinbuchstaben.</translation>
  </message>
  <message>
   <source>Mailing address</source>
   <translation>Postadresse</translation>
  </message>
  <message>
   <source>Major account</source>
   <translation>Großkunde</translation>
  </message>
  <message>
   <source>Make another document of it…</source>
   <translation>Anderen Beleg daraus machen…</translation>
  </message>
  <message>
   <source>Make of it</source>
   <translation>Daraus machen</translation>
  </message>
  <message>
   <source>Make the column narrower or wider</source>
   <translation>Spalte schmaler oder breiter machen</translation>
  </message>
  <message>
   <source>Makes or changes a record: {what}.</source>
   <translation>Legt einen Datensatz an oder ändert ihn: {what}.</translation>
  </message>
  <message>
   <source>Many servers refuse files of that size.</source>
   <translation>Viele Server lehnen so große Dateien ab.</translation>
  </message>
  <message>
   <source>Map</source>
   <translation>Karte</translation>
  </message>
  <message>
   <source>Margin %</source>
   <translation>Marge %</translation>
  </message>
  <message>
   <source>Mark as a favourite</source>
   <translation>Als Favorit merken</translation>
  </message>
  <message>
   <source>Marked as not done by hand.</source>
   <translation>Von Hand als nicht ausgeführt markiert.</translation>
  </message>
  <message>
   <source>Marketing</source>
   <translation>Marketing</translation>
  </message>
  <message>
   <source>Markup %</source>
   <translation>Aufschlag %</translation>
  </message>
  <message>
   <source>May hold what your records say</source>
   <translation>Kann Inhalte Ihrer Datensätze enthalten</translation>
  </message>
  <message>
   <source>Meeting</source>
   <translation>Besprechung</translation>
  </message>
  <message>
   <source>Meetings</source>
   <translation>Besprechungen</translation>
  </message>
  <message>
   <source>Member organisations</source>
   <translation>Mitgliedsorganisationen</translation>
  </message>
  <message>
   <source>Menu of what is chosen</source>
   <translation>Menü zur Auswahl</translation>
  </message>
  <message>
   <source>Merge into {kept_title}</source>
   <translation>Mit {kept_title} zusammenführen</translation>
  </message>
  <message>
   <source>Milestone</source>
   <translation>Meilenstein</translation>
  </message>
  <message>
   <source>Milestones</source>
   <translation>Meilensteine</translation>
  </message>
  <message>
   <source>Module</source>
   <translation>Modul</translation>
  </message>
  <message>
   <source>Module, record, saved view or command</source>
   <translation>Modul, Datensatz, gespeicherte Ansicht oder Befehl</translation>
  </message>
  <message>
   <source>Modules</source>
   <translation>Module</translation>
  </message>
  <message>
   <source>Modules or Languages.</source>
   <translation>Modules oder Languages.</translation>
  </message>
  <message>
   <source>Money</source>
   <translation>Geldbetrag</translation>
  </message>
  <message>
   <source>More than {n} cells are selected. Select fewer, or export the table.</source>
   <translation>Mehr als {n} Zellen sind markiert. Markieren Sie weniger oder exportieren Sie die Tabelle.</translation>
  </message>
  <message>
   <source>Motion</source>
   <translation>Bewegung</translation>
  </message>
  <message>
   <source>Move a column up or down</source>
   <translation>Spalte nach oben oder unten verschieben</translation>
  </message>
  <message>
   <source>Move down</source>
   <translation>Nach unten</translation>
  </message>
  <message>
   <source>Move lines</source>
   <translation>Positionen verschieben</translation>
  </message>
  <message>
   <source>Move the border of a pane</source>
   <translation>Grenze eines Bereichs verschieben</translation>
  </message>
  <message>
   <source>Move the border that has the focus, with Shift further</source>
   <translation>Grenze im Fokus verschieben, mit Umschalt weiter</translation>
  </message>
  <message>
   <source>Move the line</source>
   <translation>Position verschieben</translation>
  </message>
  <message>
   <source>Move to an organisation…</source>
   <translation>Zu einer Organisation verschieben…</translation>
  </message>
  <message>
   <source>Move up</source>
   <translation>Nach oben</translation>
  </message>
  <message>
   <source>My open quotes</source>
   <translation>Meine offenen Angebote</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Name an account: --account NAME, or --vendor NAME --url ADDRESS for one that is not saved.</source>
   <translation>Nennen Sie ein Konto: --account NAME, oder --vendor NAME --url ADRESSE für ein nicht gespeichertes.</translation>
  </message>
  <message>
   <source>Name of the list.</source>
   <translation>Name der Liste.</translation>
  </message>
  <message>
   <source>Name of the mapping</source>
   <translation>Name der Zuordnung</translation>
  </message>
  <message>
   <source>Name of the module, for example Accounts.</source>
   <translation>Name des Moduls, zum Beispiel Accounts.</translation>
  </message>
  <message>
   <source>Name of the module, for example Leads.</source>
   <translation>Name des Moduls, zum Beispiel Leads.</translation>
  </message>
  <message>
   <source>Name of the other module.</source>
   <translation>Name des anderen Moduls.</translation>
  </message>
  <message>
   <source>Name of what the table shows now</source>
   <translation>Name für das, was die Tabelle jetzt zeigt</translation>
  </message>
  <message>
   <source>Name the account once.</source>
   <translation>Nennen Sie das Konto nur einmal.</translation>
  </message>
  <message>
   <source>Name the modules to drop, or --all for the whole copy.</source>
   <translation>Nennen Sie die zu entfernenden Module oder --all für die ganze Kopie.</translation>
  </message>
  <message>
   <source>Name the vendor: --vendor, one of {plugins}.</source>
   <translation>Nennen Sie den Anbieter: --vendor, eins von {plugins}.</translation>
  </message>
  <message>
   <source>Name, phone, e-mail, city, number: any part of it</source>
   <translation>Name, Telefon, E-Mail, Ort, Nummer: ein beliebiger Teil davon</translation>
  </message>
  <message>
   <source>Names of the fields</source>
   <translation>Namen der Felder</translation>
  </message>
  <message>
   <source>Names stand for ids, labels for the words of lists; what several records are called so cannot be told apart when it is imported again.</source>
   <translation>Statt IDs stehen Namen, statt Listenwerten ihre Beschriftungen; was mehrere Datensätze gleich heißen lässt, ist beim Wiedereinlesen nicht zu unterscheiden.</translation>
  </message>
  <message>
   <source>Names stand in row</source>
   <translation>Namen stehen in Zeile</translation>
  </message>
  <message>
   <source>Names that are meant so: take the tick away.</source>
   <translation>Namen, die so gemeint sind: Häkchen entfernen.</translation>
  </message>
  <message>
   <source>Names with commas between, a minus before those that run downwards.</source>
   <translation>Namen mit Kommas dazwischen, ein Minus vor absteigenden.</translation>
  </message>
  <message>
   <source>Names with commas between; everything where nothing is given.</source>
   <translation>Namen mit Kommas dazwischen; alles, wenn nichts angegeben ist.</translation>
  </message>
  <message>
   <source>Narrower</source>
   <translation>Schmaler</translation>
  </message>
  <message>
   <source>Needed</source>
   <translation>Pflicht</translation>
  </message>
  <message>
   <source>Neither interface of CRM-service answers at this address. Check the address.</source>
   <translation>Keine der Schnittstellen von CRM-service antwortet unter dieser Adresse. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>Neither interface takes the key. Copy API key and REST token anew from CRM-service.</source>
   <translation>Keine der Schnittstellen nimmt den Schlüssel an. Kopieren Sie API-Schlüssel und REST-Token neu aus CRM-service.</translation>
  </message>
  <message>
   <source>Net</source>
   <translation>Netto</translation>
  </message>
  <message>
   <source>Net total</source>
   <translation>Nettosumme</translation>
  </message>
  <message>
   <source>Net, now {sum}</source>
   <translation>Netto, jetzt {sum}</translation>
  </message>
  <message>
   <source>Never by itself</source>
   <translation>Nie von selbst</translation>
  </message>
  <message>
   <source>New</source>
   <translation>Neu</translation>
  </message>
  <message>
   <source>New document</source>
   <translation>Neuer Beleg</translation>
  </message>
  <message>
   <source>New document of {what}</source>
   <translation>Neuer Beleg aus {what}</translation>
  </message>
  <message>
   <source>New line</source>
   <translation>Neue Position</translation>
  </message>
  <message>
   <source>New record</source>
   <translation>Neuer Datensatz</translation>
  </message>
  <message>
   <source>New records belong to</source>
   <translation>Neue Datensätze gehören</translation>
  </message>
  <message>
   <source>New versions</source>
   <translation>Neue Versionen</translation>
  </message>
  <message>
   <source>New {module}</source>
   <translation>Neu: {module}</translation>
  </message>
  <message>
   <source>New {module}, not sent yet</source>
   <translation>Neu: {module}, noch nicht gesendet</translation>
  </message>
  <message>
   <source>New {record}</source>
   <translation>Neu: {record}</translation>
  </message>
  <message>
   <source>New {what}</source>
   <translation>Neu: {what}</translation>
  </message>
  <message>
   <source>New {what} of it…</source>
   <translation>{what} daraus machen…</translation>
  </message>
  <message>
   <source>New {what} of {name}</source>
   <translation>{what} aus {name} machen</translation>
  </message>
  <message>
   <source>Next</source>
   <translation>Weiter</translation>
  </message>
  <message>
   <source>Next hit (F3)</source>
   <translation>Nächster Treffer (F3)</translation>
  </message>
  <message>
   <source>Next pane</source>
   <translation>Nächster Bereich</translation>
  </message>
  <message>
   <source>Next record</source>
   <translation>Nächster Datensatz</translation>
  </message>
  <message>
   <source>Next step</source>
   <translation>Nächster Schritt</translation>
  </message>
  <message>
   <source>Next tab</source>
   <translation>Nächster Tab</translation>
  </message>
  <message>
   <source>No</source>
   <translation>Nein</translation>
  </message>
  <message>
   <source>No CRM at this address</source>
   <translation>Kein CRM unter dieser Adresse</translation>
  </message>
  <message>
   <source>No account has the name “{name}”. Known accounts: {known}.</source>
   <translation>Kein Konto hat den Namen „{name}“. Bekannte Konten: {known}.</translation>
  </message>
  <message>
   <source>No account has the name “{name}”: none is saved yet.</source>
   <translation>Kein Konto heißt „{name}“: Noch ist keins gespeichert.</translation>
  </message>
  <message>
   <source>No account is saved yet: crmdesk accounts add NAME --vendor … --url …</source>
   <translation>Noch ist kein Konto gespeichert: crmdesk accounts add NAME --vendor … --url …</translation>
  </message>
  <message>
   <source>No account open</source>
   <translation>Kein Konto offen</translation>
  </message>
  <message>
   <source>No account open. Choose or add one</source>
   <translation>Kein Konto offen. Wählen Sie eins oder fügen Sie eins hinzu</translation>
  </message>
  <message>
   <source>No answer in time</source>
   <translation>Keine rechtzeitige Antwort</translation>
  </message>
  <message>
   <source>No browser could be opened for {address}</source>
   <translation>Für {address} ließ sich kein Browser öffnen</translation>
  </message>
  <message>
   <source>No change was waiting to be sent; nothing is lost.</source>
   <translation>Keine Änderung war vorgemerkt; nichts ist verloren.</translation>
  </message>
  <message>
   <source>No column goes to a field yet.</source>
   <translation>Noch kommt keine Spalte in ein Feld.</translation>
  </message>
  <message>
   <source>No column holds anything to change.</source>
   <translation>Keine Spalte enthält etwas zu ändern.</translation>
  </message>
  <message>
   <source>No connection</source>
   <translation>Keine Verbindung</translation>
  </message>
  <message>
   <source>No differences</source>
   <translation>Keine Unterschiede</translation>
  </message>
  <message>
   <source>No document can be attached to a {owner} there. Nothing was sent.</source>
   <translation>An {owner} lässt sich dort kein Dokument anhängen. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>No fax (FPS)</source>
   <translation>Kein Fax (FPS)</translation>
  </message>
  <message>
   <source>No field is called that.</source>
   <translation>Kein Feld heißt so.</translation>
  </message>
  <message>
   <source>No file</source>
   <translation>Keine Datei</translation>
  </message>
  <message>
   <source>No file chosen</source>
   <translation>Keine Datei gewählt</translation>
  </message>
  <message>
   <source>No file is chosen yet.</source>
   <translation>Noch keine Datei gewählt.</translation>
  </message>
  <message>
   <source>No lines.</source>
   <translation>Keine Positionen.</translation>
  </message>
  <message>
   <source>No other document is called so.</source>
   <translation>Kein anderer Beleg heißt so.</translation>
  </message>
  <message>
   <source>No page has all of these words.</source>
   <translation>Keine Seite enthält alle diese Wörter.</translation>
  </message>
  <message>
   <source>No phone (TPS)</source>
   <translation>Kein Anruf (TPS)</translation>
  </message>
  <message>
   <source>No product is called {name}.</source>
   <translation>Kein Produkt heißt {name}.</translation>
  </message>
  <message>
   <source>No proxy</source>
   <translation>Kein Proxy</translation>
  </message>
  <message>
   <source>No record for {field} is called “{key}”, and none has that id.</source>
   <translation>Kein Datensatz für {field} heißt „{key}“, und keiner hat diese ID.</translation>
  </message>
  <message>
   <source>No reply was kept for this record.</source>
   <translation>Zu diesem Datensatz wurde keine Antwort aufgehoben.</translation>
  </message>
  <message>
   <source>No row of this table refers to “{0}” in {1}. Press F2 in the cell and search for it.</source>
   <translation>Keine Zeile dieser Tabelle verweist auf „{0}“ in {1}. Drücken Sie in der Zelle F2 und suchen Sie danach.</translation>
  </message>
  <message>
   <source>No rows</source>
   <translation>Keine Zeilen</translation>
  </message>
  <message>
   <source>No secure connection</source>
   <translation>Keine sichere Verbindung</translation>
  </message>
  <message>
   <source>No secure connection to the proxy {proxy}. Ask who runs it.</source>
   <translation>Keine sichere Verbindung zum Proxy {proxy}. Fragen Sie den Betreiber.</translation>
  </message>
  <message>
   <source>No secure connection to {host} came about. Ask who runs the server.</source>
   <translation>Es kam keine sichere Verbindung zu {host} zustande. Fragen Sie den Betreiber des Servers.</translation>
  </message>
  <message>
   <source>No service of this kind answers there ({names}). {reason}</source>
   <translation>Kein solcher Dienst antwortet dort ({names}). {reason}</translation>
  </message>
  <message>
   <source>No setting is called so.</source>
   <translation>Keine Einstellung heißt so.</translation>
  </message>
  <message>
   <source>No single product is called “{name}”. Press F2 and choose one from the list.</source>
   <translation>Kein einzelnes Produkt heißt „{name}“. Drücken Sie F2 und wählen Sie eins aus der Liste.</translation>
  </message>
  <message>
   <source>No single record is called {name}. Choose one from the list.</source>
   <translation>Kein einzelner Datensatz heißt {name}. Wählen Sie einen aus der Liste.</translation>
  </message>
  <message>
   <source>No text of its licence came with this work.</source>
   <translation>Zu diesem Werk gehört kein Lizenztext.</translation>
  </message>
  <message>
   <source>No {0} yet</source>
   <translation>Noch keine {0}</translation>
  </message>
  <message>
   <source>Nobody can be asked while no address is given here.</source>
   <translation>Solange hier keine Adresse steht, kann niemand gefragt werden.</translation>
  </message>
  <message>
   <source>Nobody waits for this file any more.</source>
   <translation>Auf diese Datei wartet niemand mehr.</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Keine</translation>
  </message>
  <message>
   <source>None of the marked cells can be changed.</source>
   <translation>Keine der markierten Zellen kann geändert werden.</translation>
  </message>
  <message>
   <source>None yet. The demo is a good place to begin.</source>
   <translation>Noch keine. Die Demo ist ein guter Anfang.</translation>
  </message>
  <message>
   <source>Normal</source>
   <translation>Normal</translation>
  </message>
  <message>
   <source>Normal text</source>
   <translation>Normaler Text</translation>
  </message>
  <message>
   <source>Not allowed</source>
   <translation>Nicht erlaubt</translation>
  </message>
  <message>
   <source>Not asked for: {line}</source>
   <translation>Nicht gesendet: {line}</translation>
  </message>
  <message>
   <source>Not encrypted</source>
   <translation>Nicht verschlüsselt</translation>
  </message>
  <message>
   <source>Not implemented by SplendidCRM.</source>
   <translation>Von SplendidCRM nicht implementiert.</translation>
  </message>
  <message>
   <source>Not implemented by the server.</source>
   <translation>Vom Server nicht implementiert.</translation>
  </message>
  <message>
   <source>Not imported: {columns}</source>
   <translation>Nicht importiert: {columns}</translation>
  </message>
  <message>
   <source>Not offered here</source>
   <translation>Hier nicht verfügbar</translation>
  </message>
  <message>
   <source>Not sent</source>
   <translation>Nicht gesendet</translation>
  </message>
  <message>
   <source>Not sent yet</source>
   <translation>Noch nicht gesendet</translation>
  </message>
  <message>
   <source>Not sent yet: there is no total of the server’s to compare with.</source>
   <translation>Noch nicht gesendet: Es gibt noch keine Summe des Servers zum Vergleichen.</translation>
  </message>
  <message>
   <source>Not signed in</source>
   <translation>Nicht angemeldet</translation>
  </message>
  <message>
   <source>Not supported by SplendidCRM.</source>
   <translation>Von SplendidCRM nicht unterstützt.</translation>
  </message>
  <message>
   <source>Not taken over</source>
   <translation>Nicht übernommen</translation>
  </message>
  <message>
   <source>Not the password: in CRM+, My Preferences → Access key.</source>
   <translation>Nicht das Kennwort: in CRM+ unter Meine Einstellungen → Zugriffsschlüssel.</translation>
  </message>
  <message>
   <source>Note</source>
   <translation>Notiz</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notizen</translation>
  </message>
  <message>
   <source>Notes of a record; SplendidCRM has it not.</source>
   <translation>Notizen eines Datensatzes; in SplendidCRM nicht vorhanden.</translation>
  </message>
  <message>
   <source>Nothing can be related to this record.</source>
   <translation>Mit diesem Datensatz lässt sich nichts verknüpfen.</translation>
  </message>
  <message>
   <source>Nothing changed</source>
   <translation>Nichts geändert</translation>
  </message>
  <message>
   <source>Nothing could be written there. Choose another place or printer.</source>
   <translation>Dort konnte nichts geschrieben werden. Wählen Sie einen anderen Ort oder Drucker.</translation>
  </message>
  <message>
   <source>Nothing fits. Only what is copied to this computer is searched, and servers that have a search of their own.</source>
   <translation>Nichts gefunden. Durchsucht wird nur, was auf diesen Computer kopiert ist, und Server, die eine eigene Suche haben.</translation>
  </message>
  <message>
   <source>Nothing found yet…</source>
   <translation>Noch nichts gefunden…</translation>
  </message>
  <message>
   <source>Nothing found. Try fewer letters.</source>
   <translation>Nichts gefunden. Versuchen Sie es mit weniger Buchstaben.</translation>
  </message>
  <message>
   <source>Nothing goes back</source>
   <translation>Nichts geht zurück</translation>
  </message>
  <message>
   <source>Nothing goes back.</source>
   <translation>Nichts geht zurück.</translation>
  </message>
  <message>
   <source>Nothing has been changed from this computer yet.</source>
   <translation>Von diesem Computer wurde noch nichts geändert.</translation>
  </message>
  <message>
   <source>Nothing is called so.</source>
   <translation>Nichts heißt so.</translation>
  </message>
  <message>
   <source>Nothing is called {name}.</source>
   <translation>Nichts heißt {name}.</translation>
  </message>
  <message>
   <source>Nothing is changed by this.</source>
   <translation>Dabei wird nichts geändert.</translation>
  </message>
  <message>
   <source>Nothing is copied yet. Name the modules to begin with: crmdesk mirror update Accounts Contacts …</source>
   <translation>Noch ist nichts kopiert. Nennen Sie zuerst die Module: crmdesk mirror update Accounts Contacts …</translation>
  </message>
  <message>
   <source>Nothing is sent yet. It is one step for Undo (Ctrl+Z); review and apply it with Ctrl+Shift+Return.</source>
   <translation>Noch wird nichts gesendet. Für Rückgängig (Strg+Z) ist es ein Schritt; prüfen und anwenden mit Strg+Umschalt+Return.</translation>
  </message>
  <message>
   <source>Nothing is sent yet: it is staged, and you review it. Mails the server has sent stay sent.</source>
   <translation>Noch wird nichts gesendet: Es wird vorgemerkt, und Sie prüfen es. Mails, die der Server verschickt hat, bleiben verschickt.</translation>
  </message>
  <message>
   <source>Nothing is sent yet: the deletion waits with your other changes until you review and apply them.</source>
   <translation>Noch wird nichts gesendet: Das Löschen bleibt mit Ihren anderen Änderungen vorgemerkt, bis Sie sie prüfen und anwenden.</translation>
  </message>
  <message>
   <source>Nothing is staged</source>
   <translation>Nichts vorgemerkt</translation>
  </message>
  <message>
   <source>Nothing is waiting. Edit a cell, then review it here.</source>
   <translation>Nichts ist vorgemerkt. Bearbeiten Sie eine Zelle, dann prüfen Sie sie hier.</translation>
  </message>
  <message>
   <source>Nothing left to change: the server holds these lines.</source>
   <translation>Nichts mehr zu ändern: Der Server hat diese Positionen.</translation>
  </message>
  <message>
   <source>Nothing left to change: the server holds these values.</source>
   <translation>Nichts mehr zu ändern: Der Server hat diese Werte.</translation>
  </message>
  <message>
   <source>Nothing like this was changed from this computer</source>
   <translation>Von diesem Computer wurde nichts dergleichen geändert</translation>
  </message>
  <message>
   <source>Nothing matches these filters</source>
   <translation>Nichts passt zu diesen Filtern</translation>
  </message>
  <message>
   <source>Nothing of the kind can be done with this record.</source>
   <translation>Nichts dergleichen geht mit diesem Datensatz.</translation>
  </message>
  <message>
   <source>Nothing of this account is copied to this computer: what was read stays, and your changes wait here. It is tried again by itself.</source>
   <translation>Von diesem Konto ist nichts auf diesen Computer kopiert: Was gelesen ist, bleibt, und Ihre Änderungen warten hier. Es wird von selbst weiter versucht.</translation>
  </message>
  <message>
   <source>Nothing of this account is copied yet</source>
   <translation>Von diesem Konto ist noch nichts kopiert</translation>
  </message>
  <message>
   <source>Nothing to compare with yet</source>
   <translation>Noch nichts zu vergleichen</translation>
  </message>
  <message>
   <source>Nothing to find the record by: the cell is empty.</source>
   <translation>Nichts zum Suchen des Datensatzes: Die Zelle ist leer.</translation>
  </message>
  <message>
   <source>Nothing was changed from this computer yet</source>
   <translation>Von diesem Computer wurde noch nichts geändert</translation>
  </message>
  <message>
   <source>Nothing was changed lately.</source>
   <translation>Zuletzt wurde nichts geändert.</translation>
  </message>
  <message>
   <source>Nothing was compared</source>
   <translation>Nichts wurde verglichen</translation>
  </message>
  <message>
   <source>Nothing was pasted. More than {0} cells are marked.</source>
   <translation>Es wurde nichts eingefügt. Mehr als {0} Zellen sind markiert.</translation>
  </message>
  <message>
   <source>Nothing was pasted. {0}</source>
   <translation>Es wurde nichts eingefügt. {0}</translation>
  </message>
  <message>
   <source>Nothing was pasted. {why}</source>
   <translation>Es wurde nichts eingefügt. {why}</translation>
  </message>
  <message>
   <source>Nothing was sent.</source>
   <translation>Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Nothing was sent. Check the account's address and user; if the server is right, save the account's settings once more.</source>
   <translation>Es wurde nichts gesendet. Prüfen Sie Adresse und Benutzer des Kontos; stimmt der Server, speichern Sie die Kontoeinstellungen noch einmal.</translation>
  </message>
  <message numerus="yes">
   <source>Nothing was sent: it would delete lines {lost} for good. Send every line of the document.</source>
   <extracomment>Nothing was sent: it would delete line {lost} for good. Send every line of the document.</extracomment>
   <translation>
    <numerusform>Es wurde nichts gesendet: Position {lost} würde endgültig gelöscht. Senden Sie alle Positionen des Belegs.</numerusform>
    <numerusform>Es wurde nichts gesendet: Die Positionen {lost} würden endgültig gelöscht. Senden Sie alle Positionen des Belegs.</numerusform>
   </translation>
  </message>
  <message>
   <source>Nothing was sent: {said}.</source>
   <translation>Es wurde nichts gesendet: {said}.</translation>
  </message>
  <message>
   <source>Nothing: the lines are as the server has them.</source>
   <translation>Nichts: Die Positionen sind wie auf dem Server.</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Jetzt</translation>
  </message>
  <message>
   <source>Number</source>
   <translation>Nummer</translation>
  </message>
  <message>
   <source>Number of the pipeline level.</source>
   <translation>Nummer der Pipeline-Stufe.</translation>
  </message>
  <message>
   <source>Numbers and dates stay numbers and dates; ids and leading zeros stay as they are.</source>
   <translation>Zahlen und Daten bleiben Zahlen und Daten; IDs und führende Nullen bleiben erhalten.</translation>
  </message>
  <message>
   <source>Of copied modules you can search, sort and read everything at once, also without the server. Users, and whatever else may hold keys, are never copied.</source>
   <translation>In kopierten Modulen können Sie alles sofort suchen, sortieren und lesen, auch ohne Server. Benutzer und alles, was Schlüssel enthalten kann, werden nie kopiert.</translation>
  </message>
  <message>
   <source>Of the system's own size. Ctrl++ and Ctrl+- change it too.</source>
   <translation>Von der Größe des Systems. Auch mit Strg++ und Strg+- änderbar.</translation>
  </message>
  <message>
   <source>Offline: no product that this computer knows is called so.</source>
   <translation>Offline: Kein Produkt, das dieser Computer kennt, heißt so.</translation>
  </message>
  <message>
   <source>Offline: of {name} only what a list told is known, its tax may be missing. Look at the line again when the server answers.</source>
   <translation>Offline: Von {name} ist nur bekannt, was eine Liste davon sagte; die Steuer kann fehlen. Sehen Sie die Position noch einmal an, wenn der Server antwortet.</translation>
  </message>
  <message>
   <source>Offline: the file is written from the copy of {module} of {when}. What changed on the server since is not in it.</source>
   <translation>Offline: Die Datei wird aus der Kopie von {module} geschrieben (Stand: {when}). Was sich seitdem auf dem Server geändert hat, fehlt darin.</translation>
  </message>
  <message>
   <source>Offline: the server cannot be reached</source>
   <translation>Offline: Der Server ist nicht erreichbar</translation>
  </message>
  <message>
   <source>Offline: there is no whole copy of {module} on this computer, so this has to wait until the server answers.</source>
   <translation>Offline: Von {module} gibt es keine vollständige Kopie auf diesem Computer; das geht daher erst, wenn der Server antwortet.</translation>
  </message>
  <message>
   <source>Offline: these lines are as on the server at {when}. What you change is compared with the server when it answers, before anything is sent. Products are those this computer knows.</source>
   <translation>Offline: Diese Positionen haben den Stand des Servers von {when}. Was Sie ändern, wird mit dem Server verglichen, sobald er antwortet und bevor etwas gesendet wird. Produkte sind die, die dieser Computer kennt.</translation>
  </message>
  <message>
   <source>Offline: this works on the copy of {module} of {when}. What changed on the server since is not in it; what you stage is compared with the server before anything is sent.</source>
   <translation>Offline: Gearbeitet wird mit der Kopie von {module} (Stand: {when}). Was sich seitdem auf dem Server geändert hat, fehlt darin; was Sie vormerken, wird mit dem Server verglichen, bevor etwas gesendet wird.</translation>
  </message>
  <message>
   <source>On the server now</source>
   <translation>Jetzt auf dem Server</translation>
  </message>
  <message>
   <source>Once you save, this account accepts this one certificate and no other: {fingerprint}. Compare it with what whoever runs the server tells you, on the telephone for example.</source>
   <translation>Nach dem Speichern akzeptiert dieses Konto nur dieses eine Zertifikat: {fingerprint}. Vergleichen Sie es mit dem, was Ihnen der Betreiber des Servers nennt, etwa am Telefon.</translation>
  </message>
  <message>
   <source>One id on each line</source>
   <translation>Eine ID je Zeile</translation>
  </message>
  <message>
   <source>One object a line, for other programs.</source>
   <translation>Ein Objekt je Zeile, für andere Programme.</translation>
  </message>
  <message>
   <source>One of the records has no id of this server. Reload the list.</source>
   <translation>Einer der Datensätze hat keine ID dieses Servers. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>One of the records is no longer there. Reload the list. Nothing was linked.</source>
   <translation>Einer der Datensätze ist nicht mehr da. Laden Sie die Liste neu. Es wurde nichts verknüpft.</translation>
  </message>
  <message>
   <source>One of the states, spelt as there.</source>
   <translation>Einer der Zustände, geschrieben wie dort.</translation>
  </message>
  <message numerus="yes">
   <source>One question to the server for each of {n} documents. Lines of those that were opened are kept anyway.</source>
   <extracomment>One question to the server. Lines of a document that was opened are kept anyway.</extracomment>
   <translation>
    <numerusform>Eine Anfrage an den Server. Die Positionen eines geöffneten Belegs werden ohnehin gehalten.</numerusform>
    <numerusform>Eine Anfrage an den Server für jeden von {n} Belegen. Die Positionen geöffneter Belege werden ohnehin gehalten.</numerusform>
   </translation>
  </message>
  <message>
   <source>One record with its lines: {module}.</source>
   <translation>Ein Datensatz mit seinen Positionen: {module}.</translation>
  </message>
  <message>
   <source>One record.</source>
   <translation>Ein Datensatz.</translation>
  </message>
  <message>
   <source>One record: {module}.</source>
   <translation>Ein Datensatz: {module}.</translation>
  </message>
  <message>
   <source>One record; SplendidCRM sends one entry for each field.</source>
   <translation>Ein Datensatz; SplendidCRM sendet je Feld einen Eintrag.</translation>
  </message>
  <message>
   <source>Only a SELECT can be run here: it reads and changes nothing.</source>
   <translation>Hier kann nur ein SELECT ausgeführt werden: Es liest und ändert nichts.</translation>
  </message>
  <message>
   <source>Only a select can be run here: it reads and changes nothing.</source>
   <translation>Hier kann nur ein SELECT ausgeführt werden: Es liest und ändert nichts.</translation>
  </message>
  <message>
   <source>Only an activity's newest note can be removed, and this is not the newest. Nothing was sent.</source>
   <translation>Nur die neueste Notiz einer Aktivität kann entfernt werden, und dies ist nicht die neueste. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Only for the lock of this program. Without one the account’s own password or key is asked for.</source>
   <translation>Nur für die Sperre dieses Programms. Ohne Passphrase wird nach dem Kennwort oder Schlüssel des Kontos gefragt.</translation>
  </message>
  <message>
   <source>Only reads: {vendor} changes nothing here.</source>
   <translation>Liest nur: {vendor} ändert hier nichts.</translation>
  </message>
  <message>
   <source>Only this certificate is accepted, SHA-256 {fingerprint}</source>
   <translation>Nur dieses Zertifikat wird akzeptiert, SHA-256 {fingerprint}</translation>
  </message>
  <message>
   <source>Only when the whole record is read.</source>
   <translation>Erst wenn der ganze Datensatz gelesen ist.</translation>
  </message>
  <message>
   <source>Only where OpenCRM built a method of your own for contacts.</source>
   <translation>Nur wenn OpenCRM für Sie eine eigene Methode für Kontakte gebaut hat.</translation>
  </message>
  <message>
   <source>Only where it is empty</source>
   <translation>Nur wo es leer ist</translation>
  </message>
  <message>
   <source>Only where something on the way refuses one of them.</source>
   <translation>Nur wenn etwas unterwegs eine davon ablehnt.</translation>
  </message>
  <message>
   <source>Only where the REST interface has a token of its own; empty = the API key.</source>
   <translation>Nur wenn die REST-Schnittstelle ein eigenes Token hat; leer = der API-Schlüssel.</translation>
  </message>
  <message>
   <source>Only where the address holds both.</source>
   <translation>Nur wenn es unter der Adresse beides gibt.</translation>
  </message>
  <message>
   <source>Only where times look shifted.</source>
   <translation>Nur wenn Zeiten verschoben aussehen.</translation>
  </message>
  <message>
   <source>Only where times look shifted; most servers keep UTC.</source>
   <translation>Nur wenn Zeiten verschoben aussehen; die meisten Server führen UTC.</translation>
  </message>
  <message>
   <source>Only where times look shifted; webCRM usually tells the zone with each time.</source>
   <translation>Nur wenn Zeiten verschoben aussehen; webCRM nennt die Zone meist mit jeder Zeit.</translation>
  </message>
  <message>
   <source>Only where your administrator says so.</source>
   <translation>Nur wenn Ihr Administrator es sagt.</translation>
  </message>
  <message>
   <source>Only while the server answers.</source>
   <translation>Nur solange der Server antwortet.</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Öffnen</translation>
  </message>
  <message>
   <source>Open a file</source>
   <translation>Datei öffnen</translation>
  </message>
  <message>
   <source>Open a file…</source>
   <translation>Datei öffnen…</translation>
  </message>
  <message>
   <source>Open a view</source>
   <translation>Ansicht öffnen</translation>
  </message>
  <message>
   <source>Open as it was</source>
   <translation>Wie zuvor öffnen</translation>
  </message>
  <message>
   <source>Open in a new tab</source>
   <translation>In neuem Tab öffnen</translation>
  </message>
  <message>
   <source>Open in the browser</source>
   <translation>Im Browser öffnen</translation>
  </message>
  <message>
   <source>Open page</source>
   <translation>Seite öffnen</translation>
  </message>
  <message>
   <source>Open pipeline</source>
   <translation>Offene Pipeline</translation>
  </message>
  <message>
   <source>Open quotes</source>
   <translation>Offene Angebote</translation>
  </message>
  <message>
   <source>Open record</source>
   <translation>Datensatz öffnen</translation>
  </message>
  <message>
   <source>Open the account that the changes in {name} are for, then open the file again.</source>
   <translation>Öffnen Sie das Konto, für das die Änderungen in {name} bestimmt sind, und dann die Datei noch einmal.</translation>
  </message>
  <message>
   <source>Open the calendar</source>
   <translation>Kalender öffnen</translation>
  </message>
  <message>
   <source>Open the demo</source>
   <translation>Demo öffnen</translation>
  </message>
  <message>
   <source>Open the field's list or calendar</source>
   <translation>Liste oder Kalender des Feldes öffnen</translation>
  </message>
  <message>
   <source>Open the last account and its tabs</source>
   <translation>Letztes Konto mit seinen Tabs öffnen</translation>
  </message>
  <message>
   <source>Open the last account without tabs</source>
   <translation>Letztes Konto ohne Tabs öffnen</translation>
  </message>
  <message>
   <source>Open the lock with the account’s own key again</source>
   <translation>Die Sperre wieder mit dem Schlüssel des Kontos öffnen</translation>
  </message>
  <message>
   <source>Open the menu bar</source>
   <translation>Menüleiste öffnen</translation>
  </message>
  <message>
   <source>Open the module that {name} belongs to, then open the file again.</source>
   <translation>Öffnen Sie das Modul, zu dem {name} gehört, und dann die Datei noch einmal.</translation>
  </message>
  <message>
   <source>Open the product</source>
   <translation>Produkt öffnen</translation>
  </message>
  <message>
   <source>Open the record</source>
   <translation>Datensatz öffnen</translation>
  </message>
  <message>
   <source>Open this document?</source>
   <translation>Dieses Dokument öffnen?</translation>
  </message>
  <message>
   <source>Open {host} in the browser?</source>
   <translation>{host} im Browser öffnen?</translation>
  </message>
  <message>
   <source>OpenCRM states no rule: each line and its tax in cents, then added up</source>
   <translation>OpenCRM nennt keine Regel: jede Position und ihre Steuer in Cent, dann addiert</translation>
  </message>
  <message>
   <source>Opening your account…</source>
   <translation>Ihr Konto wird geöffnet…</translation>
  </message>
  <message>
   <source>Opens in a spreadsheet without damage: nothing is computed, cut or rounded.</source>
   <translation>Öffnet sich im Tabellenprogramm ohne Schaden: Nichts wird berechnet, gekürzt oder gerundet.</translation>
  </message>
  <message>
   <source>Open…</source>
   <translation>Öffnen…</translation>
  </message>
  <message>
   <source>Operations</source>
   <translation>Operationen</translation>
  </message>
  <message>
   <source>Operator</source>
   <translation>Operator</translation>
  </message>
  <message>
   <source>Opportunities</source>
   <translation>Verkaufschancen</translation>
  </message>
  <message>
   <source>Opportunities (second)</source>
   <translation>Verkaufschancen (zweite)</translation>
  </message>
  <message>
   <source>Opportunity</source>
   <translation>Verkaufschance</translation>
  </message>
  <message>
   <source>Opportunity name</source>
   <translation>Name der Verkaufschance</translation>
  </message>
  <message>
   <source>Optional</source>
   <translation>Optional</translation>
  </message>
  <message>
   <source>Orange</source>
   <translation>Orange</translation>
  </message>
  <message>
   <source>Order</source>
   <translation>Auftrag</translation>
  </message>
  <message>
   <source>Order number</source>
   <translation>Auftragsnummer</translation>
  </message>
  <message>
   <source>Orders</source>
   <translation>Aufträge</translation>
  </message>
  <message>
   <source>Orders by month</source>
   <translation>Aufträge je Monat</translation>
  </message>
  <message>
   <source>Orders this month</source>
   <translation>Aufträge in diesem Monat</translation>
  </message>
  <message>
   <source>Organisation</source>
   <translation>Organisation</translation>
  </message>
  <message>
   <source>Organisations</source>
   <translation>Organisationen</translation>
  </message>
  <message>
   <source>Other</source>
   <translation>Sonstiges</translation>
  </message>
  <message>
   <source>Other address</source>
   <translation>Weitere Adresse</translation>
  </message>
  <message>
   <source>Other addresses</source>
   <translation>Weitere Adressen</translation>
  </message>
  <message>
   <source>Other discounts and surcharges</source>
   <translation>Sonstige Rabatte und Zuschläge</translation>
  </message>
  <message>
   <source>Other phone</source>
   <translation>Weiteres Telefon</translation>
  </message>
  <message>
   <source>Otherwise than sent: {line} ({what})</source>
   <translation>Anders als gesendet: {line} ({what})</translation>
  </message>
  <message>
   <source>Out of the copy on this computer, which was as the server on {when}.</source>
   <translation>Aus der Kopie auf diesem Computer, Stand des Servers vom {when}.</translation>
  </message>
  <message>
   <source>Outcome</source>
   <translation>Ergebnis</translation>
  </message>
  <message>
   <source>Overall discount</source>
   <translation>Gesamtrabatt</translation>
  </message>
  <message>
   <source>Overall discount, an amount</source>
   <translation>Gesamtrabatt als Betrag</translation>
  </message>
  <message>
   <source>Overall discount, in percent</source>
   <translation>Gesamtrabatt in Prozent</translation>
  </message>
  <message>
   <source>Own field {number}</source>
   <translation>Eigenes Feld {number}</translation>
  </message>
  <message>
   <source>PDF (*.pdf)</source>
   <translation>PDF (*.pdf)</translation>
  </message>
  <message>
   <source>PO Box {box}</source>
   <translation>Postfach {box}</translation>
  </message>
  <message>
   <source>Page and Size are whole numbers from 1 on. Nothing was sent.</source>
   <translation>Page und Size sind ganze Zahlen ab 1. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Page break</source>
   <translation>Seitenumbruch</translation>
  </message>
  <message>
   <source>Page {n} could not be written. Is there room left?</source>
   <translation>Seite {n} konnte nicht geschrieben werden. Ist noch Platz frei?</translation>
  </message>
  <message>
   <source>Page {n} of {all}</source>
   <translation>Seite {n} von {all}</translation>
  </message>
  <message>
   <source>Pages of the guide</source>
   <translation>Seiten der Anleitung</translation>
  </message>
  <message>
   <source>Parent company</source>
   <translation>Muttergesellschaft</translation>
  </message>
  <message>
   <source>Parquet files need a library that is not installed here. Install crmdesk with its extra “analysis”: pip install 'crmdesk[analysis]'.</source>
   <translation>Parquet-Dateien brauchen eine Bibliothek, die hier nicht installiert ist. Installieren Sie crmdesk mit dem Extra „analysis“: pip install 'crmdesk[analysis]'.</translation>
  </message>
  <message>
   <source>Pass key</source>
   <translation>Pass Key</translation>
  </message>
  <message>
   <source>Pass key.</source>
   <translation>Pass Key.</translation>
  </message>
  <message>
   <source>Passphrase</source>
   <translation>Passphrase</translation>
  </message>
  <message>
   <source>Passphrase of the lock</source>
   <translation>Passphrase der Sperre</translation>
  </message>
  <message>
   <source>Password</source>
   <translation>Kennwort</translation>
  </message>
  <message>
   <source>Password is sent</source>
   <translation>Kennwort senden</translation>
  </message>
  <message>
   <source>Paste</source>
   <translation>Einfügen</translation>
  </message>
  <message numerus="yes">
   <source>Paste and clear {n} cells</source>
   <extracomment>Paste and clear {n} cell</extracomment>
   <translation>
    <numerusform>Einfügen und {n} Zelle leeren</numerusform>
    <numerusform>Einfügen und {n} Zellen leeren</numerusform>
   </translation>
  </message>
  <message>
   <source>Paste and keep the values</source>
   <translation>Einfügen, Werte behalten</translation>
  </message>
  <message>
   <source>Paste ids first, one on each line.</source>
   <translation>Fügen Sie zuerst IDs ein, eine je Zeile.</translation>
  </message>
  <message>
   <source>Paste ids, one on each line.</source>
   <translation>Fügen Sie IDs ein, eine je Zeile.</translation>
  </message>
  <message>
   <source>Paste rows</source>
   <translation>Zeilen einfügen</translation>
  </message>
  <message>
   <source>Paste the rest</source>
   <translation>Den Rest einfügen</translation>
  </message>
  <message>
   <source>Paste {0} cells</source>
   <translation>{0} Zellen einfügen</translation>
  </message>
  <message numerus="yes">
   <source>Paste {n} lines</source>
   <extracomment>Paste {n} line</extracomment>
   <translation>
    <numerusform>{n} Position einfügen</numerusform>
    <numerusform>{n} Positionen einfügen</numerusform>
   </translation>
  </message>
  <message>
   <source>Payment type</source>
   <translation>Zahlungsart</translation>
  </message>
  <message>
   <source>Pending changes</source>
   <translation>Vorgemerkte Änderungen</translation>
  </message>
  <message>
   <source>Percent</source>
   <translation>Prozent</translation>
  </message>
  <message>
   <source>Person</source>
   <translation>Person</translation>
  </message>
  <message>
   <source>Persons</source>
   <translation>Personen</translation>
  </message>
  <message>
   <source>Phone</source>
   <translation>Telefon</translation>
  </message>
  <message>
   <source>Phone call</source>
   <translation>Anruf</translation>
  </message>
  <message>
   <source>Phones without a country code are from</source>
   <translation>Telefonnummern ohne Vorwahl sind aus</translation>
  </message>
  <message>
   <source>Pipeline by stage</source>
   <translation>Pipeline nach Phase</translation>
  </message>
  <message>
   <source>Pipeline level</source>
   <translation>Pipeline-Stufe</translation>
  </message>
  <message>
   <source>Place</source>
   <translation>Stelle</translation>
  </message>
  <message>
   <source>Portal id</source>
   <translation>Portal-ID</translation>
  </message>
  <message>
   <source>Possible quotation not found</source>
   <translation>Mögliches Angebot nicht gefunden</translation>
  </message>
  <message>
   <source>Postcode</source>
   <translation>PLZ</translation>
  </message>
  <message>
   <source>Press what the cell offers</source>
   <translation>Schaltfläche der Zelle drücken</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>Vorschau</translation>
  </message>
  <message>
   <source>Previous hit (Shift+F3)</source>
   <translation>Voriger Treffer (Umschalt+F3)</translation>
  </message>
  <message>
   <source>Previous pane</source>
   <translation>Voriger Bereich</translation>
  </message>
  <message>
   <source>Previous record</source>
   <translation>Voriger Datensatz</translation>
  </message>
  <message>
   <source>Previous tab</source>
   <translation>Voriger Tab</translation>
  </message>
  <message>
   <source>Price</source>
   <translation>Preis</translation>
  </message>
  <message>
   <source>Price book</source>
   <translation>Preisliste</translation>
  </message>
  <message>
   <source>Price books</source>
   <translation>Preislisten</translation>
  </message>
  <message>
   <source>Price list</source>
   <translation>Preisliste</translation>
  </message>
  <message>
   <source>Price list item</source>
   <translation>Preislisteneintrag</translation>
  </message>
  <message>
   <source>Price of a line</source>
   <translation>Preis einer Position</translation>
  </message>
  <message>
   <source>Primary address</source>
   <translation>Hauptadresse</translation>
  </message>
  <message>
   <source>Print or PDF…</source>
   <translation>Drucken oder PDF…</translation>
  </message>
  <message>
   <source>Print: {title}</source>
   <translation>Drucken: {title}</translation>
  </message>
  <message>
   <source>Print…</source>
   <translation>Drucken…</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Priorität</translation>
  </message>
  <message>
   <source>Probability</source>
   <translation>Wahrscheinlichkeit</translation>
  </message>
  <message>
   <source>Product</source>
   <translation>Produkt</translation>
  </message>
  <message>
   <source>Product catalogue</source>
   <translation>Produktkatalog</translation>
  </message>
  <message>
   <source>Product categories</source>
   <translation>Produktkategorien</translation>
  </message>
  <message>
   <source>Product category</source>
   <translation>Produktkategorie</translation>
  </message>
  <message>
   <source>Product code</source>
   <translation>Produktcode</translation>
  </message>
  <message>
   <source>Product name</source>
   <translation>Produktname</translation>
  </message>
  <message>
   <source>Production</source>
   <translation>Produktiv</translation>
  </message>
  <message>
   <source>Products</source>
   <translation>Produkte</translation>
  </message>
  <message>
   <source>Project</source>
   <translation>Projekt</translation>
  </message>
  <message>
   <source>Project name</source>
   <translation>Projektname</translation>
  </message>
  <message>
   <source>Project task</source>
   <translation>Projektaufgabe</translation>
  </message>
  <message>
   <source>Project tasks</source>
   <translation>Projektaufgaben</translation>
  </message>
  <message>
   <source>Projects</source>
   <translation>Projekte</translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation>Proxy</translation>
  </message>
  <message>
   <source>Purchase order</source>
   <translation>Bestellung</translation>
  </message>
  <message>
   <source>Purchase orders</source>
   <translation>Bestellungen</translation>
  </message>
  <message>
   <source>Put a list of values after in: in ('a', 'b'). {example}</source>
   <translation>Nach in gehört eine Liste von Werten: in ('a', 'b'). {example}</translation>
  </message>
  <message>
   <source>Put after</source>
   <translation>Dahinter einfügen</translation>
  </message>
  <message>
   <source>Put before</source>
   <translation>Davor einfügen</translation>
  </message>
  <message>
   <source>Put instead (empty = take out)</source>
   <translation>Ersetzen durch (leer = entfernen)</translation>
  </message>
  <message>
   <source>Put values in single quotes: '{sql}'. {example}</source>
   <translation>Setzen Sie Werte in einfache Anführungszeichen: '{sql}'. {example}</translation>
  </message>
  <message>
   <source>Quantity</source>
   <translation>Menge</translation>
  </message>
  <message>
   <source>Quantity × price less discount</source>
   <translation>Menge × Preis minus Rabatt</translation>
  </message>
  <message>
   <source>Query</source>
   <translation>Abfrage</translation>
  </message>
  <message>
   <source>Query: {what}</source>
   <translation>Abfrage: {what}</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Beenden</translation>
  </message>
  <message>
   <source>Quotation line</source>
   <translation>Angebotsposition</translation>
  </message>
  <message>
   <source>Quotation lines</source>
   <translation>Angebotspositionen</translation>
  </message>
  <message>
   <source>Quote</source>
   <translation>Angebot</translation>
  </message>
  <message>
   <source>Quote number</source>
   <translation>Angebotsnummer</translation>
  </message>
  <message>
   <source>Quote stage</source>
   <translation>Angebotsphase</translation>
  </message>
  <message>
   <source>Quotes</source>
   <translation>Angebote</translation>
  </message>
  <message>
   <source>Quotes without an answer</source>
   <translation>Angebote ohne Antwort</translation>
  </message>
  <message>
   <source>REST (JSON:API): browse, filter and edit everything</source>
   <translation>REST (JSON:API): alles ansehen, filtern und bearbeiten</translation>
  </message>
  <message>
   <source>REST token</source>
   <translation>REST-Token</translation>
  </message>
  <message>
   <source>REST, with an API key for SOAP too</source>
   <translation>REST, mit API-Schlüssel auch SOAP</translation>
  </message>
  <message>
   <source>Raw</source>
   <translation>Roh</translation>
  </message>
  <message>
   <source>Read as: {0}</source>
   <translation>Gelesen als: {0}</translation>
  </message>
  <message>
   <source>Read from the server on {when}.</source>
   <translation>Vom Server gelesen am {when}.</translation>
  </message>
  <message>
   <source>Read only</source>
   <translation>Nur lesen</translation>
  </message>
  <message>
   <source>Read-only or required, so left as they are: {columns}.</source>
   <translation>Schreibgeschützt oder Pflichtfeld, daher unverändert: {columns}.</translation>
  </message>
  <message>
   <source>Reading the fields of {0}…</source>
   <translation>Felder von {0} werden gelesen…</translation>
  </message>
  <message>
   <source>Reading the file…</source>
   <translation>Die Datei wird gelesen…</translation>
  </message>
  <message>
   <source>Reading the lines …</source>
   <translation>Positionen werden gelesen …</translation>
  </message>
  <message>
   <source>Reading the operations…</source>
   <translation>Operationen werden gelesen…</translation>
  </message>
  <message>
   <source>Reading {0}…</source>
   <translation>{0} werden gelesen…</translation>
  </message>
  <message>
   <source>Reading …</source>
   <translation>Wird gelesen …</translation>
  </message>
  <message>
   <source>Reads {path}.</source>
   <translation>Liest {path}.</translation>
  </message>
  <message>
   <source>Recent</source>
   <translation>Zuletzt</translation>
  </message>
  <message>
   <source>Recent and favourite records</source>
   <translation>Letzte und bevorzugte Datensätze</translation>
  </message>
  <message>
   <source>Recent and favourite records…</source>
   <translation>Letzte und bevorzugte Datensätze…</translation>
  </message>
  <message>
   <source>Recently changed</source>
   <translation>Zuletzt geändert</translation>
  </message>
  <message>
   <source>Record</source>
   <translation>Datensatz</translation>
  </message>
  <message>
   <source>Record id, for example 3x17</source>
   <translation>Datensatz-ID, zum Beispiel 3x17</translation>
  </message>
  <message>
   <source>Record number</source>
   <translation>Datensatznummer</translation>
  </message>
  <message>
   <source>Records</source>
   <translation>Datensätze</translation>
  </message>
  <message>
   <source>Records by their ids.</source>
   <translation>Datensätze nach ihren IDs.</translation>
  </message>
  <message>
   <source>Records of a module.</source>
   <translation>Datensätze eines Moduls.</translation>
  </message>
  <message>
   <source>Records of these ids that were changed.</source>
   <translation>Geänderte Datensätze unter diesen IDs.</translation>
  </message>
  <message>
   <source>Red</source>
   <translation>Rot</translation>
  </message>
  <message>
   <source>Redo</source>
   <translation>Wiederholen</translation>
  </message>
  <message>
   <source>Redo {0}</source>
   <translation>Wiederholen: {0}</translation>
  </message>
  <message>
   <source>References are ids, so that the file can be imported again exactly.</source>
   <translation>Verweise sind IDs, damit die Datei genau so wieder importiert werden kann.</translation>
  </message>
  <message>
   <source>Refused</source>
   <translation>Abgelehnt</translation>
  </message>
  <message>
   <source>Refused changes stay pending; the table says why.</source>
   <translation>Abgelehnte Änderungen bleiben vorgemerkt; die Tabelle sagt, warum.</translation>
  </message>
  <message>
   <source>Refused, {was}</source>
   <translation>Abgelehnt, {was}</translation>
  </message>
  <message>
   <source>Related</source>
   <translation>Verknüpft</translation>
  </message>
  <message>
   <source>Related records</source>
   <translation>Verknüpfte Datensätze</translation>
  </message>
  <message>
   <source>Relates records.</source>
   <translation>Verknüpft Datensätze.</translation>
  </message>
  <message>
   <source>Relates two records.</source>
   <translation>Verknüpft zwei Datensätze.</translation>
  </message>
  <message>
   <source>Relation</source>
   <translation>Beziehung</translation>
  </message>
  <message>
   <source>Relations</source>
   <translation>Beziehungen</translation>
  </message>
  <message>
   <source>Relations to send along, with commas between.</source>
   <translation>Mitzusendende Verknüpfungen, mit Kommas dazwischen.</translation>
  </message>
  <message>
   <source>Relationship</source>
   <translation>Beziehung</translation>
  </message>
  <message>
   <source>Release</source>
   <translation>Release</translation>
  </message>
  <message>
   <source>Releases</source>
   <translation>Releases</translation>
  </message>
  <message>
   <source>Reload</source>
   <translation>Neu laden</translation>
  </message>
  <message>
   <source>Reload modules and counts</source>
   <translation>Module und Anzahlen neu laden</translation>
  </message>
  <message>
   <source>Remaining</source>
   <translation>Verbleibend</translation>
  </message>
  <message>
   <source>Remarks</source>
   <translation>Bemerkungen</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Remove a chip, or search for something else.</source>
   <translation>Entfernen Sie einen Filter oder suchen Sie nach etwas anderem.</translation>
  </message>
  <message>
   <source>Remove all filters</source>
   <translation>Alle Filter entfernen</translation>
  </message>
  <message>
   <source>Remove all…</source>
   <translation>Alle entfernen…</translation>
  </message>
  <message>
   <source>Remove everything</source>
   <translation>Alles entfernen</translation>
  </message>
  <message>
   <source>Remove everything that is copied of {account}?</source>
   <translation>Alles entfernen, was von {account} kopiert ist?</translation>
  </message>
  <message>
   <source>Remove filter {condition}</source>
   <translation>Filter {condition} entfernen</translation>
  </message>
  <message>
   <source>Remove the copy</source>
   <translation>Kopie entfernen</translation>
  </message>
  <message>
   <source>Remove the copy of {module}?</source>
   <translation>Die Kopie von {module} entfernen?</translation>
  </message>
  <message>
   <source>Remove the copy…</source>
   <translation>Kopie entfernen…</translation>
  </message>
  <message>
   <source>Remove {name}?</source>
   <translation>{name} entfernen?</translation>
  </message>
  <message>
   <source>Remove {name}…</source>
   <translation>{name} entfernen…</translation>
  </message>
  <message numerus="yes">
   <source>Remove {n} lines</source>
   <extracomment>Remove {n} line</extracomment>
   <translation>
    <numerusform>{n} Position entfernen</numerusform>
    <numerusform>{n} Positionen entfernen</numerusform>
   </translation>
  </message>
  <message>
   <source>Removes a line.</source>
   <translation>Entfernt eine Position.</translation>
  </message>
  <message>
   <source>Removes a record.</source>
   <translation>Entfernt einen Datensatz.</translation>
  </message>
  <message>
   <source>Removes a user; the records go to another.</source>
   <translation>Entfernt einen Benutzer; ein anderer erbt.</translation>
  </message>
  <message>
   <source>Removes {path}.</source>
   <translation>Entfernt {path}.</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Entfernen…</translation>
  </message>
  <message numerus="yes">
   <source>Repair {n} texts</source>
   <extracomment>Repair 1 text</extracomment>
   <translation>
    <numerusform>1 Text reparieren</numerusform>
    <numerusform>{n} Texte reparieren</numerusform>
   </translation>
  </message>
  <message>
   <source>Replace text</source>
   <translation>Text ersetzen</translation>
  </message>
  <message>
   <source>Replace what stands in the cell</source>
   <translation>Inhalt der Zelle ersetzen</translation>
  </message>
  <message>
   <source>Replaces {path}.</source>
   <translation>Ersetzt {path}.</translation>
  </message>
  <message>
   <source>Report for support</source>
   <translation>Bericht für den Support</translation>
  </message>
  <message>
   <source>Report for support…</source>
   <translation>Bericht für den Support…</translation>
  </message>
  <message>
   <source>Reports</source>
   <translation>Berichte</translation>
  </message>
  <message>
   <source>Reports to</source>
   <translation>Berichtet an</translation>
  </message>
  <message>
   <source>Reports to this contact</source>
   <translation>Berichtet an diesen Kontakt</translation>
  </message>
  <message>
   <source>Required</source>
   <translation>Pflichtfeld</translation>
  </message>
  <message>
   <source>Reset all</source>
   <translation>Alle zurücksetzen</translation>
  </message>
  <message>
   <source>Reset to default</source>
   <translation>Auf Standard zurücksetzen</translation>
  </message>
  <message>
   <source>Reset {setting} to its default</source>
   <translation>{setting} auf Standard zurücksetzen</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Wiederherstellen</translation>
  </message>
  <message>
   <source>Restore lines</source>
   <translation>Positionen wiederherstellen</translation>
  </message>
  <message>
   <source>Result</source>
   <translation>Ergebnis</translation>
  </message>
  <message>
   <source>Revenue</source>
   <translation>Umsatz</translation>
  </message>
  <message>
   <source>Revenue by month</source>
   <translation>Umsatz nach Monat</translation>
  </message>
  <message>
   <source>Revenues</source>
   <translation>Umsätze</translation>
  </message>
  <message>
   <source>Revert</source>
   <translation>Zurücksetzen</translation>
  </message>
  <message>
   <source>Review and apply…</source>
   <translation>Prüfen und anwenden…</translation>
  </message>
  <message>
   <source>Review and save…</source>
   <translation>Prüfen und speichern…</translation>
  </message>
  <message>
   <source>Review only what was refused</source>
   <translation>Nur das Abgelehnte prüfen</translation>
  </message>
  <message>
   <source>Review {what} · {where}</source>
   <translation>{what} prüfen · {where}</translation>
  </message>
  <message>
   <source>Revision</source>
   <translation>Revision</translation>
  </message>
  <message>
   <source>Room</source>
   <translation>Platz</translation>
  </message>
  <message>
   <source>Room for a local copy</source>
   <translation>Platz für eine lokale Kopie</translation>
  </message>
  <message>
   <source>Row</source>
   <translation>Zeile</translation>
  </message>
  <message>
   <source>Row {0} is not read yet.</source>
   <translation>Zeile {0} ist noch nicht gelesen.</translation>
  </message>
  <message>
   <source>Row {line} of {path} has a value in column {letters}, which has no name. Say in which row the names stand, or name the column.</source>
   <translation>Zeile {line} von {path} hat einen Wert in Spalte {letters}, die keinen Namen hat. Geben Sie an, in welcher Zeile die Namen stehen, oder benennen Sie die Spalte.</translation>
  </message>
  <message>
   <source>Row {n}: {why}</source>
   <translation>Zeile {n}: {why}</translation>
  </message>
  <message>
   <source>Rows 1–{0} of {1}</source>
   <translation>Zeilen 1–{0} von {1}</translation>
  </message>
  <message>
   <source>Rows in one answer</source>
   <translation>Zeilen je Antwort</translation>
  </message>
  <message>
   <source>Rows of a module.</source>
   <translation>Zeilen eines Moduls.</translation>
  </message>
  <message>
   <source>Rows of a page; 20 where nothing is given.</source>
   <translation>Zeilen je Seite; 20, wenn nichts angegeben ist.</translation>
  </message>
  <message>
   <source>Rows of a page; at most 1000, which is taken when nothing is given.</source>
   <translation>Zeilen je Seite; höchstens 1000, das gilt auch, wenn nichts angegeben ist.</translation>
  </message>
  <message>
   <source>Rows of tables</source>
   <translation>Tabellenzeilen</translation>
  </message>
  <message>
   <source>Rows of the answer</source>
   <translation>Zeilen der Antwort</translation>
  </message>
  <message>
   <source>Rows of the file</source>
   <translation>Zeilen der Datei</translation>
  </message>
  <message>
   <source>Rows of the query</source>
   <translation>Zeilen der Abfrage</translation>
  </message>
  <message>
   <source>Rows to pass over.</source>
   <translation>Zu überspringende Zeilen.</translation>
  </message>
  <message>
   <source>Rows, every field: {module}.</source>
   <translation>Zeilen, alle Felder: {module}.</translation>
  </message>
  <message>
   <source>Rows, some fields: {module}.</source>
   <translation>Zeilen, einige Felder: {module}.</translation>
  </message>
  <message>
   <source>Rule: {source}</source>
   <translation>Regel: {source}</translation>
  </message>
  <message>
   <source>Run</source>
   <translation>Ausführen</translation>
  </message>
  <message>
   <source>Run the query or the operation</source>
   <translation>Abfrage oder Operation ausführen</translation>
  </message>
  <message>
   <source>Run workflows on the server</source>
   <translation>Workflows auf dem Server ausführen</translation>
  </message>
  <message>
   <source>Run {query}</source>
   <translation>{query} ausführen</translation>
  </message>
  <message>
   <source>SOAP version</source>
   <translation>SOAP-Version</translation>
  </message>
  <message>
   <source>SOAP: what this installation's services offer</source>
   <translation>SOAP: was die Dienste dieser Installation bieten</translation>
  </message>
  <message>
   <source>Sales</source>
   <translation>Verkauf</translation>
  </message>
  <message>
   <source>Sales order</source>
   <translation>Auftrag</translation>
  </message>
  <message>
   <source>Sales orders</source>
   <translation>Aufträge</translation>
  </message>
  <message>
   <source>Same case</source>
   <translation>Groß/klein beachten</translation>
  </message>
  <message>
   <source>Sample accounts full of data, on this computer. Nothing to set up, nothing leaves it.</source>
   <translation>Beispielkonten voller Daten auf diesem Computer. Nichts einzurichten; alles bleibt hier.</translation>
  </message>
  <message>
   <source>Sample accounts on this computer, full of data to try things on. Nothing leaves it.</source>
   <translation>Beispielkonten auf diesem Computer, voller Daten zum Ausprobieren. Alles bleibt hier.</translation>
  </message>
  <message>
   <source>Sandbox</source>
   <translation>Sandbox</translation>
  </message>
  <message>
   <source>Save and open</source>
   <translation>Speichern und öffnen</translation>
  </message>
  <message>
   <source>Save as PDF</source>
   <translation>Als PDF speichern</translation>
  </message>
  <message>
   <source>Save as PDF…</source>
   <translation>Als PDF speichern…</translation>
  </message>
  <message>
   <source>Save as file…</source>
   <translation>Als Datei speichern…</translation>
  </message>
  <message>
   <source>Save as text</source>
   <translation>Als Text speichern</translation>
  </message>
  <message>
   <source>Save as text…</source>
   <translation>Als Text speichern…</translation>
  </message>
  <message>
   <source>Save as zip…</source>
   <translation>Als ZIP speichern…</translation>
  </message>
  <message>
   <source>Save as…</source>
   <translation>Speichern…</translation>
  </message>
  <message>
   <source>Save changes</source>
   <translation>Änderungen speichern</translation>
  </message>
  <message>
   <source>Save document</source>
   <translation>Dokument speichern</translation>
  </message>
  <message>
   <source>Save mapping</source>
   <translation>Zuordnung speichern</translation>
  </message>
  <message>
   <source>Save rows</source>
   <translation>Zeilen speichern</translation>
  </message>
  <message>
   <source>Save rows…</source>
   <translation>Zeilen speichern…</translation>
  </message>
  <message>
   <source>Save the account in the window, which keeps it in the keychain, or set HTTPS_PROXY for the program.</source>
   <translation>Speichern Sie das Konto im Fenster, das es im Schlüsselbund aufhebt, oder setzen Sie HTTPS_PROXY für das Programm.</translation>
  </message>
  <message>
   <source>Save the answer</source>
   <translation>Antwort speichern</translation>
  </message>
  <message>
   <source>Save the report</source>
   <translation>Bericht speichern</translation>
  </message>
  <message>
   <source>Save the rows left out</source>
   <translation>Ausgelassene Zeilen speichern</translation>
  </message>
  <message>
   <source>Save the rows left out…</source>
   <translation>Ausgelassene Zeilen speichern…</translation>
  </message>
  <message>
   <source>Save the view as a file</source>
   <translation>Ansicht als Datei speichern</translation>
  </message>
  <message>
   <source>Save this view</source>
   <translation>Ansicht speichern</translation>
  </message>
  <message>
   <source>Saved as {file}.</source>
   <translation>Gespeichert als {file}.</translation>
  </message>
  <message>
   <source>Saved as {file}. Give it to whoever looks after crmdesk.</source>
   <translation>Gespeichert als {file}. Geben Sie die Datei an die, die crmdesk betreuen.</translation>
  </message>
  <message>
   <source>Saved mappings</source>
   <translation>Gespeicherte Zuordnungen</translation>
  </message>
  <message>
   <source>Saved view</source>
   <translation>Gespeicherte Ansicht</translation>
  </message>
  <message>
   <source>Saved views</source>
   <translation>Gespeicherte Ansichten</translation>
  </message>
  <message>
   <source>Saved views, changes and tables</source>
   <translation>Gespeicherte Ansichten, Änderungen und Tabellen</translation>
  </message>
  <message>
   <source>Saved views…</source>
   <translation>Gespeicherte Ansichten…</translation>
  </message>
  <message>
   <source>Saved {file}.</source>
   <translation>{file} gespeichert.</translation>
  </message>
  <message>
   <source>Saved “{name}”.</source>
   <translation>„{name}“ gespeichert.</translation>
  </message>
  <message>
   <source>Saved “{profile}” without its secrets. {keychain_trouble} Give them each time with --secret-env or --secret-stdin.</source>
   <translation>„{profile}“ ohne seine Geheimnisse gespeichert. {keychain_trouble} Geben Sie sie jedes Mal mit --secret-env oder --secret-stdin an.</translation>
  </message>
  <message>
   <source>Saved: {path}</source>
   <translation>Gespeichert: {path}</translation>
  </message>
  <message>
   <source>Save…</source>
   <translation>Speichern…</translation>
  </message>
  <message>
   <source>Say what to look for.</source>
   <translation>Geben Sie an, wonach gesucht wird.</translation>
  </message>
  <message>
   <source>Say what to put in.</source>
   <translation>Geben Sie an, was eingesetzt wird.</translation>
  </message>
  <message>
   <source>Say which module the rows are of: --module NAME.</source>
   <translation>Sagen Sie, zu welchem Modul die Zeilen gehören: --module NAME.</translation>
  </message>
  <message>
   <source>Say which records are meant: “where” with a filter, or “ids” with a list.</source>
   <translation>Sagen Sie, welche Datensätze gemeint sind: „where“ mit einem Filter oder „ids“ mit einer Liste.</translation>
  </message>
  <message>
   <source>Says which record a note belongs to.</source>
   <translation>Sagt, zu welchem Datensatz eine Notiz gehört.</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Suche</translation>
  </message>
  <message>
   <source>Search every account's copy</source>
   <translation>Kopien aller Konten durchsuchen</translation>
  </message>
  <message>
   <source>Search everything…</source>
   <translation>Alles durchsuchen…</translation>
  </message>
  <message>
   <source>Search for {0}</source>
   <translation>Suchen nach {0}</translation>
  </message>
  <message>
   <source>Search in {records}</source>
   <translation>{records} suchen</translation>
  </message>
  <message>
   <source>Search operations</source>
   <translation>Operationen suchen</translation>
  </message>
  <message>
   <source>Search the guide</source>
   <translation>Anleitung durchsuchen</translation>
  </message>
  <message>
   <source>Search what was changed</source>
   <translation>Änderungen durchsuchen</translation>
  </message>
  <message>
   <source>Searches contacts, leads, accounts, cases and opportunities.</source>
   <translation>Durchsucht Kontakte, Leads, Firmen, Fälle und Verkaufschancen.</translation>
  </message>
  <message>
   <source>SecurityInfo adds whether the record may be edited.</source>
   <translation>SecurityInfo sagt dazu, ob der Datensatz bearbeitet werden darf.</translation>
  </message>
  <message>
   <source>See your numbers at a glance</source>
   <translation>Ihre Zahlen auf einen Blick</translation>
  </message>
  <message>
   <source>Select everything</source>
   <translation>Alles markieren</translation>
  </message>
  <message>
   <source>Select more</source>
   <translation>Mehr markieren</translation>
  </message>
  <message>
   <source>Send both keys as headers KEY1 and KEY2</source>
   <translation>Beide Schlüssel als Header KEY1 und KEY2 senden</translation>
  </message>
  <message>
   <source>Send both keys with every request</source>
   <translation>Beide Schlüssel mit jeder Anfrage senden</translation>
  </message>
  <message>
   <source>Send nothing after the change under way</source>
   <translation>Nach der laufenden Änderung nichts mehr senden</translation>
  </message>
  <message>
   <source>Send the new document first</source>
   <translation>Zuerst den neuen Beleg senden</translation>
  </message>
  <message>
   <source>Sending goes on</source>
   <translation>Senden läuft weiter</translation>
  </message>
  <message>
   <source>Sending was stopped when the account was locked. What was not sent still waits: review it to go on.</source>
   <translation>Das Senden wurde angehalten, als das Konto gesperrt wurde. Was nicht gesendet ist, wartet noch: Prüfen Sie es, um fortzufahren.</translation>
  </message>
  <message>
   <source>Sending {file} ({n} of {count}) to {title}…</source>
   <translation>{file} ({n} von {count}) wird an {title} gesendet…</translation>
  </message>
  <message>
   <source>Sending…</source>
   <translation>Wird gesendet…</translation>
  </message>
  <message>
   <source>Sent</source>
   <translation>Gesendet</translation>
  </message>
  <message>
   <source>Sent to the printer.</source>
   <translation>An den Drucker gesendet.</translation>
  </message>
  <message>
   <source>Sent {done} of {total}</source>
   <translation>{done} von {total} gesendet</translation>
  </message>
  <message>
   <source>Separator</source>
   <translation>Trennzeichen</translation>
  </message>
  <message>
   <source>Serial number</source>
   <translation>Seriennummer</translation>
  </message>
  <message>
   <source>Server</source>
   <translation>Server</translation>
  </message>
  <message>
   <source>Server's time zone</source>
   <translation>Zeitzone des Servers</translation>
  </message>
  <message>
   <source>Set by your administrator</source>
   <translation>Von Ihrem Administrator festgelegt</translation>
  </message>
  <message>
   <source>Set to</source>
   <translation>Setzen auf</translation>
  </message>
  <message>
   <source>Sets a user's password.</source>
   <translation>Setzt das Kennwort eines Benutzers.</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <source>Settings…</source>
   <translation>Einstellungen…</translation>
  </message>
  <message>
   <source>Several accounts have the name “{name}”. Known accounts: {known}.</source>
   <translation>Mehrere Konten haben den Namen „{name}“. Bekannte Konten: {known}.</translation>
  </message>
  <message>
   <source>Several choices</source>
   <translation>Mehrfachauswahl</translation>
  </message>
  <message>
   <source>Several, separated by ;</source>
   <translation>Mehrere, getrennt durch ;</translation>
  </message>
  <message>
   <source>Sheet</source>
   <translation>Blatt</translation>
  </message>
  <message>
   <source>Sheet “{0}”</source>
   <translation>Blatt „{0}“</translation>
  </message>
  <message>
   <source>Shipping address</source>
   <translation>Lieferadresse</translation>
  </message>
  <message>
   <source>Shipping and handling</source>
   <translation>Versand und Bearbeitung</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Anzeigen</translation>
  </message>
  <message>
   <source>Show and edit the same filter as text</source>
   <translation>Denselben Filter als Text zeigen und bearbeiten</translation>
  </message>
  <message>
   <source>Show as a table</source>
   <translation>Als Tabelle zeigen</translation>
  </message>
  <message>
   <source>Show empty fields</source>
   <translation>Leere Felder zeigen</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation>Im Ordner zeigen</translation>
  </message>
  <message>
   <source>Show more</source>
   <translation>Mehr anzeigen</translation>
  </message>
  <message>
   <source>Show subtotal</source>
   <translation>Zwischensumme zeigen</translation>
  </message>
  <message>
   <source>Show the start page</source>
   <translation>Startseite zeigen</translation>
  </message>
  <message>
   <source>Show what is typed</source>
   <translation>Eingabe anzeigen</translation>
  </message>
  <message numerus="yes">
   <source>Show {n} empty fields</source>
   <extracomment>Show {n} empty field</extracomment>
   <translation>
    <numerusform>{n} leeres Feld zeigen</numerusform>
    <numerusform>{n} leere Felder zeigen</numerusform>
   </translation>
  </message>
  <message>
   <source>Side bar</source>
   <translation>Seitenleiste</translation>
  </message>
  <message>
   <source>Side by side</source>
   <translation>Nebeneinander</translation>
  </message>
  <message>
   <source>Signed in as</source>
   <translation>Angemeldet als</translation>
  </message>
  <message>
   <source>Signing in</source>
   <translation>Anmeldung</translation>
  </message>
  <message>
   <source>Signing out…</source>
   <translation>Abmelden…</translation>
  </message>
  <message>
   <source>Smaller text</source>
   <translation>Kleinerer Text</translation>
  </message>
  <message>
   <source>So long a table shows its copy at once and asks the server behind it; an older one is read from the server. F5 always asks.</source>
   <translation>So lange zeigt eine Tabelle sofort ihre Kopie und fragt den Server im Hintergrund; eine ältere wird vom Server gelesen. F5 fragt immer.</translation>
  </message>
  <message>
   <source>Some of the selected rows are still being read. Try again in a moment.</source>
   <translation>Einige der markierten Zeilen werden noch gelesen. Versuchen Sie es gleich noch einmal.</translation>
  </message>
  <message>
   <source>Somebody changed line {position} at the same moment. Nothing was sent: review it again.</source>
   <translation>Jemand hat Position {position} im selben Augenblick geändert. Es wurde nichts gesendet: Prüfen Sie sie noch einmal.</translation>
  </message>
  <message>
   <source>Somebody changed line {position} meanwhile. Nothing was sent: review it again.</source>
   <translation>Jemand hat Position {position} inzwischen geändert. Es wurde nichts gesendet: Prüfen Sie sie noch einmal.</translation>
  </message>
  <message>
   <source>Somebody changed the lines meanwhile. Reload the document and make the change again.</source>
   <translation>Jemand hat die Positionen inzwischen geändert. Laden Sie den Beleg neu und ändern Sie ihn noch einmal.</translation>
  </message>
  <message>
   <source>Somebody changed the lines of this document meanwhile. Nothing was sent, so that no line is lost: review it again.</source>
   <translation>Jemand hat die Positionen dieses Belegs inzwischen geändert. Es wurde nichts gesendet, damit keine Position verloren geht: Prüfen Sie ihn noch einmal.</translation>
  </message>
  <message>
   <source>Somebody changed the lines of this document while you reviewed it.</source>
   <translation>Jemand hat die Positionen dieses Belegs während Ihrer Prüfung geändert.</translation>
  </message>
  <message>
   <source>Somebody changed this document meanwhile. Nothing was sent: review it again.</source>
   <translation>Jemand hat diesen Beleg inzwischen geändert. Es wurde nichts gesendet: Prüfen Sie ihn noch einmal.</translation>
  </message>
  <message>
   <source>Somebody changed this record at the same moment. Nothing was sent: review it again.</source>
   <translation>Jemand hat diesen Datensatz im selben Augenblick geändert. Es wurde nichts gesendet: Prüfen Sie ihn noch einmal.</translation>
  </message>
  <message>
   <source>Somebody changed this record while you reviewed it. Review it again.</source>
   <translation>Jemand hat diesen Datensatz während Ihrer Prüfung geändert. Prüfen Sie ihn noch einmal.</translation>
  </message>
  <message>
   <source>Somebody else changed it</source>
   <translation>Jemand anders hat es geändert</translation>
  </message>
  <message>
   <source>Something is missing or wrong; it is marked in the form. Nothing was sent.</source>
   <translation>Etwas fehlt oder stimmt nicht; es ist im Formular markiert. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}.</source>
   <translation>Etwas Unerwartetes ist schiefgegangen: {error}.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}. The details are in {path}.</source>
   <translation>Etwas Unerwartetes ist schiefgegangen: {error}. Die Einzelheiten stehen in {path}.</translation>
  </message>
  <message>
   <source>Something went wrong</source>
   <translation>Etwas ist schiefgegangen</translation>
  </message>
  <message>
   <source>Something went wrong in crmdesk</source>
   <translation>In crmdesk ist etwas schiefgegangen</translation>
  </message>
  <message>
   <source>Sort by this as well</source>
   <translation>Auch hiernach sortieren</translation>
  </message>
  <message>
   <source>Sort by this column</source>
   <translation>Nach dieser Spalte sortieren</translation>
  </message>
  <message>
   <source>Sort by this column as well</source>
   <translation>Auch nach dieser Spalte sortieren</translation>
  </message>
  <message>
   <source>Sort downwards</source>
   <translation>Absteigend sortieren</translation>
  </message>
  <message>
   <source>Sort upwards</source>
   <translation>Aufsteigend sortieren</translation>
  </message>
  <message>
   <source>Sorted by the server: {order}</source>
   <translation>Vom Server sortiert: {order}</translation>
  </message>
  <message>
   <source>Sorted here: {order}  (the server cannot, so everything is read before the first row)</source>
   <translation>Hier sortiert: {order}  (der Server kann es nicht, daher wird vor der ersten Zeile alles gelesen)</translation>
  </message>
  <message>
   <source>Sorted: as the server gives them</source>
   <translation>Sortiert: wie vom Server geliefert</translation>
  </message>
  <message>
   <source>Sorts by itself</source>
   <translation>Sortiert selbst</translation>
  </message>
  <message>
   <source>Stage</source>
   <translation>Vormerken</translation>
  </message>
  <message>
   <source>Stage and review…</source>
   <translation>Vormerken und prüfen…</translation>
  </message>
  <message>
   <source>Stage the merge</source>
   <translation>Zusammenführen vormerken</translation>
  </message>
  <message>
   <source>Stage the new {what}</source>
   <translation>Vormerken: {what}</translation>
  </message>
  <message>
   <source>Stage what brings the lines back; it is sent after your review</source>
   <translation>Vormerken, was die Positionen zurückbringt; gesendet wird nach Ihrer Prüfung</translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} changes</source>
   <extracomment>Stage 1 change</extracomment>
   <translation>
    <numerusform>1 Änderung vormerken</numerusform>
    <numerusform>{n} Änderungen vormerken</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Stage {n} repairs</source>
   <extracomment>Stage 1 repair</extracomment>
   <translation>
    <numerusform>1 Reparatur vormerken</numerusform>
    <numerusform>{n} Reparaturen vormerken</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Staged: {n} records will change or go. Review them when you are done here.</source>
   <extracomment>Staged: 1 record will change. Review it when you are done here.</extracomment>
   <translation>
    <numerusform>Vorgemerkt: 1 Datensatz wird geändert. Prüfen Sie ihn, wenn Sie hier fertig sind.</numerusform>
    <numerusform>Vorgemerkt: {n} Datensätze werden geändert oder gelöscht. Prüfen Sie sie, wenn Sie hier fertig sind.</numerusform>
   </translation>
  </message>
  <message>
   <source>Start date</source>
   <translation>Beginn</translation>
  </message>
  <message>
   <source>Start page</source>
   <translation>Startseite</translation>
  </message>
  <message>
   <source>Status</source>
   <translation>Status</translation>
  </message>
  <message>
   <source>Still needed: {fields}</source>
   <translation>Fehlt noch: {fields}</translation>
  </message>
  <message>
   <source>Still reading.</source>
   <translation>Wird noch gelesen.</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Anhalten</translation>
  </message>
  <message>
   <source>Stop at the first error</source>
   <translation>Beim ersten Fehler anhalten</translation>
  </message>
  <message>
   <source>Stop checking</source>
   <translation>Prüfung anhalten</translation>
  </message>
  <message>
   <source>Stop loading</source>
   <translation>Laden anhalten</translation>
  </message>
  <message>
   <source>Stop the test</source>
   <translation>Test anhalten</translation>
  </message>
  <message>
   <source>Stop updating the copy</source>
   <translation>Aktualisieren der Kopie anhalten</translation>
  </message>
  <message>
   <source>Stopped before it was sent.</source>
   <translation>Vor dem Senden angehalten.</translation>
  </message>
  <message>
   <source>Stopped before {host} had answered.{doubt}</source>
   <translation>Angehalten, bevor {host} geantwortet hatte.{doubt}</translation>
  </message>
  <message>
   <source>Stopped.</source>
   <translation>Angehalten.</translation>
  </message>
  <message>
   <source>Stopped. No file was written.</source>
   <translation>Angehalten. Es wurde keine Datei geschrieben.</translation>
  </message>
  <message>
   <source>Stopping after the change under way …</source>
   <translation>Hält nach der laufenden Änderung an …</translation>
  </message>
  <message>
   <source>Stored</source>
   <translation>Gespeichert</translation>
  </message>
  <message>
   <source>Stored in your system's keychain, never in a file.</source>
   <translation>Wird im Schlüsselbund Ihres Systems gespeichert, nie in einer Datei.</translation>
  </message>
  <message>
   <source>Stored now, or why not</source>
   <translation>Jetzt gespeichert, oder warum nicht</translation>
  </message>
  <message>
   <source>Stores a file as a document.</source>
   <translation>Speichert eine Datei als Dokument.</translation>
  </message>
  <message>
   <source>Stores a new revision of a document.</source>
   <translation>Speichert eine neue Revision eines Dokuments.</translation>
  </message>
  <message>
   <source>Stray blanks</source>
   <translation>Überzählige Leerzeichen</translation>
  </message>
  <message>
   <source>Street</source>
   <translation>Straße</translation>
  </message>
  <message>
   <source>Street 2</source>
   <translation>Straße 2</translation>
  </message>
  <message>
   <source>Subject</source>
   <translation>Betreff</translation>
  </message>
  <message>
   <source>Subtotal</source>
   <translation>Zwischensumme</translation>
  </message>
  <message>
   <source>SuiteCRM’s own page (line_items.js): each line’s tax in cents, the rest unrounded; its server only stores</source>
   <translation>Seite von SuiteCRM (line_items.js): Steuer je Position in Cent, sonst ungerundet; der Server speichert nur</translation>
  </message>
  <message>
   <source>Sum of quantity × price</source>
   <translation>Summe aus Menge × Preis</translation>
  </message>
  <message>
   <source>Sum of the lines’ own discounts</source>
   <translation>Summe der Rabatte der Positionen</translation>
  </message>
  <message>
   <source>Supplier</source>
   <translation>Lieferant</translation>
  </message>
  <message>
   <source>Supply type</source>
   <translation>Lieferart</translation>
  </message>
  <message>
   <source>Support</source>
   <translation>Support</translation>
  </message>
  <message>
   <source>Support case</source>
   <translation>Supportfall</translation>
  </message>
  <message>
   <source>Support cases</source>
   <translation>Supportfälle</translation>
  </message>
  <message>
   <source>Support e-mail</source>
   <translation>Support-E-Mail</translation>
  </message>
  <message>
   <source>Support e-mails</source>
   <translation>Support-E-Mails</translation>
  </message>
  <message>
   <source>Support makes the pair for you: support@opencrm.co.uk. It sees and changes everything.</source>
   <translation>Das Paar erstellt der Support für Sie: support@opencrm.co.uk. Es sieht und ändert alles.</translation>
  </message>
  <message>
   <source>Switch account…</source>
   <translation>Konto wechseln…</translation>
  </message>
  <message>
   <source>Switches modules or languages.</source>
   <translation>Schaltet Module oder Sprachen um.</translation>
  </message>
  <message>
   <source>System</source>
   <translation>System</translation>
  </message>
  <message>
   <source>Table</source>
   <translation>Tabelle</translation>
  </message>
  <message>
   <source>Tables (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;All files (*)</source>
   <translation>Tabellen (*.csv *.tsv *.txt *.xlsx *.xlsm *.jsonl);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON (*.json)</source>
   <translation>Tabellen (*.csv);;JSON (*.json)</translation>
  </message>
  <message>
   <source>Tables (*.csv);;JSON lines (*.jsonl)</source>
   <translation>Tabellen (*.csv);;JSON-Zeilen (*.jsonl)</translation>
  </message>
  <message>
   <source>Take a field's change back</source>
   <translation>Änderung eines Feldes zurücknehmen</translation>
  </message>
  <message>
   <source>Take back</source>
   <translation>Zurücknehmen</translation>
  </message>
  <message>
   <source>Take back every change of these lines</source>
   <translation>Alle Änderungen an diesen Positionen zurücknehmen</translation>
  </message>
  <message>
   <source>Take back the change of {field} (was {was})</source>
   <translation>Änderung an {field} zurücknehmen (war {was})</translation>
  </message>
  <message>
   <source>Take back the edits of this row</source>
   <translation>Änderungen dieser Zeile zurücknehmen</translation>
  </message>
  <message>
   <source>Take the comments out: what a server reads in them cannot be checked.</source>
   <translation>Entfernen Sie die Kommentare: Was ein Server daraus liest, lässt sich nicht prüfen.</translation>
  </message>
  <message>
   <source>Take the condition, or drop it</source>
   <translation>Bedingung übernehmen oder verwerfen</translation>
  </message>
  <message>
   <source>Take the link away?</source>
   <translation>Verknüpfung lösen?</translation>
  </message>
  <message>
   <source>Take the password out of the store's address: it would stay in the shell's history. It comes from the keychain, or with --secret-env store=NAME.</source>
   <translation>Nehmen Sie das Kennwort aus der Adresse des Speichers: Es bliebe im Verlauf der Shell stehen. Es kommt aus dem Schlüsselbund oder mit --secret-env store=NAME.</translation>
  </message>
  <message>
   <source>Take the user name and password out of the address; they have fields of their own.</source>
   <translation>Nehmen Sie Benutzername und Kennwort aus der Adresse; dafür gibt es eigene Felder.</translation>
  </message>
  <message>
   <source>Take this one away</source>
   <translation>Diesen Eintrag entfernen</translation>
  </message>
  <message>
   <source>Take user and password out of the address; they have fields of their own.</source>
   <translation>Nehmen Sie Benutzer und Kennwort aus der Adresse; dafür gibt es eigene Felder.</translation>
  </message>
  <message>
   <source>Take what was typed and go down or up</source>
   <translation>Eingabe übernehmen, weiter nach unten oder oben</translation>
  </message>
  <message>
   <source>Takes from a relation.</source>
   <translation>Nimmt etwas aus einer Verknüpfung.</translation>
  </message>
  <message>
   <source>Target</source>
   <translation>Zielkontakt</translation>
  </message>
  <message>
   <source>Target end date</source>
   <translation>Geplantes Ende</translation>
  </message>
  <message>
   <source>Target list</source>
   <translation>Zielliste</translation>
  </message>
  <message>
   <source>Target lists</source>
   <translation>Ziellisten</translation>
  </message>
  <message>
   <source>Targets</source>
   <translation>Zielkontakte</translation>
  </message>
  <message>
   <source>Task</source>
   <translation>Aufgabe</translation>
  </message>
  <message>
   <source>Tasks</source>
   <translation>Aufgaben</translation>
  </message>
  <message>
   <source>Tax</source>
   <translation>Steuer</translation>
  </message>
  <message>
   <source>Tax class</source>
   <translation>Steuerklasse</translation>
  </message>
  <message>
   <source>Tax total</source>
   <translation>Steuersumme</translation>
  </message>
  <message>
   <source>Tax {percent} %</source>
   <translation>Steuer {percent} %</translation>
  </message>
  <message>
   <source>Team</source>
   <translation>Team</translation>
  </message>
  <message>
   <source>Teams</source>
   <translation>Teams</translation>
  </message>
  <message>
   <source>Tell me when there is a new version</source>
   <translation>Bei neuer Version benachrichtigen</translation>
  </message>
  <message>
   <source>Terms and conditions</source>
   <translation>Geschäftsbedingungen</translation>
  </message>
  <message>
   <source>Test connection</source>
   <translation>Verbindung testen</translation>
  </message>
  <message>
   <source>Testing the connection</source>
   <translation>Verbindung wird getestet</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>Text</translation>
  </message>
  <message>
   <source>Text below the headline</source>
   <translation>Text unter der Überschrift</translation>
  </message>
  <message>
   <source>Text of the licence</source>
   <translation>Text der Lizenz</translation>
  </message>
  <message>
   <source>Text size</source>
   <translation>Textgröße</translation>
  </message>
  <message>
   <source>That does not open it.</source>
   <translation>Das öffnet das Konto nicht.</translation>
  </message>
  <message>
   <source>That does not open it. Wait a moment before you try again.</source>
   <translation>Das öffnet das Konto nicht. Warten Sie einen Moment, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>That is not the number. Nothing was sent.</source>
   <translation>Das ist nicht die Anzahl. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>That was being sent already. What was there before waits among the pending changes now: send it, too.</source>
   <translation>Das wurde bereits gesendet. Was vorher dort stand, wartet jetzt bei den vorgemerkten Änderungen: Senden Sie es ebenfalls.</translation>
  </message>
  <message>
   <source>The API cannot list reports. Give their numbers; “custom” before those that OpenCRM built for you.</source>
   <translation>Die API kann Berichte nicht auflisten. Geben Sie ihre Nummern an; „custom“ vor denen, die OpenCRM für Sie gebaut hat.</translation>
  </message>
  <message>
   <source>The SOAP interface (/CrmIntegrationWebservice) does not answer at {host}. Check the address.</source>
   <translation>Die SOAP-Schnittstelle (/CrmIntegrationWebservice) antwortet auf {host} nicht. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>The account and its key are removed from this computer. Nothing changes on the server.</source>
   <translation>Das Konto und sein Schlüssel werden von diesem Computer entfernt. Auf dem Server ändert sich nichts.</translation>
  </message>
  <message>
   <source>The account has neither a bearer token nor an API key. Open its settings and fill in one.</source>
   <translation>Das Konto hat weder ein Bearer-Token noch einen API-Schlüssel. Öffnen Sie seine Einstellungen und tragen Sie eins davon ein.</translation>
  </message>
  <message>
   <source>The account has no API key. Open the account's settings and fill it in.</source>
   <translation>Das Konto hat keinen API-Schlüssel. Öffnen Sie die Kontoeinstellungen und tragen Sie ihn ein.</translation>
  </message>
  <message>
   <source>The account has no address. Enter the CRM's address, for example https://crm.example.com.</source>
   <translation>Das Konto hat keine Adresse. Geben Sie die Adresse des CRM ein, zum Beispiel https://crm.example.com.</translation>
  </message>
  <message>
   <source>The account has no application token. Open the account's settings and fill it in.</source>
   <translation>Das Konto hat kein Anwendungs-Token. Öffnen Sie die Kontoeinstellungen und tragen Sie es ein.</translation>
  </message>
  <message>
   <source>The account has no {missing}. Open the account's settings and fill it in.</source>
   <translation>Im Konto fehlt: {missing}. Öffnen Sie die Kontoeinstellungen und füllen Sie das Feld aus.</translation>
  </message>
  <message>
   <source>The account has no {what}. Open the account's settings and fill it in.</source>
   <translation>Im Konto fehlt: {what}. Öffnen Sie die Kontoeinstellungen und füllen Sie das Feld aus.</translation>
  </message>
  <message>
   <source>The account is closed.</source>
   <translation>Das Konto ist geschlossen.</translation>
  </message>
  <message>
   <source>The account is locked, so nothing was sent. Unlock it and try again.</source>
   <translation>Das Konto ist gesperrt, darum wurde nichts gesendet. Entsperren Sie es und versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The account's key does not open SOAP. {reason}</source>
   <translation>Der Schlüssel des Kontos öffnet SOAP nicht. {reason}</translation>
  </message>
  <message>
   <source>The account's settings need a look</source>
   <translation>Prüfen Sie die Kontoeinstellungen</translation>
  </message>
  <message>
   <source>The address</source>
   <translation>Die Adresse</translation>
  </message>
  <message>
   <source>The address begins with https://, not with {scheme}://</source>
   <translation>Die Adresse beginnt mit https://, nicht mit {scheme}://</translation>
  </message>
  <message>
   <source>The address comes from the CRM. You are not asked again about this server until the program ends.</source>
   <translation>Die Adresse stammt aus dem CRM. Bis zum Programmende werden Sie zu diesem Server nicht mehr gefragt.</translation>
  </message>
  <message>
   <source>The address holds a user name or a password. Take them out; they have fields of their own.</source>
   <translation>Die Adresse enthält einen Benutzernamen oder ein Kennwort. Nehmen Sie sie heraus; dafür gibt es eigene Felder.</translation>
  </message>
  <message>
   <source>The administrator's file {file} cannot be read: {error}.</source>
   <translation>Die Datei des Administrators {file} ist nicht lesbar: {error}.</translation>
  </message>
  <message>
   <source>The administrator's file {file} locks {name}, which is no setting.</source>
   <translation>Die Datei des Administrators {file} sperrt {name}; das ist keine Einstellung.</translation>
  </message>
  <message>
   <source>The administrator's file {file} sets {name} to what it cannot be.</source>
   <translation>Die Datei des Administrators {file} setzt {name} auf einen unmöglichen Wert.</translation>
  </message>
  <message>
   <source>The answer as JSON</source>
   <translation>Die Antwort als JSON</translation>
  </message>
  <message>
   <source>The answer is on the clipboard.</source>
   <translation>Die Antwort ist in der Zwischenablage.</translation>
  </message>
  <message>
   <source>The answer is too long</source>
   <translation>Die Antwort ist zu lang</translation>
  </message>
  <message>
   <source>The answer makes no sense</source>
   <translation>Die Antwort ergibt keinen Sinn</translation>
  </message>
  <message>
   <source>The answer of {host} is damaged.{next_step}</source>
   <translation>Die Antwort von {host} ist beschädigt.{next_step}</translation>
  </message>
  <message>
   <source>The answer of {host} is damaged: it cannot be unpacked.{next_step}</source>
   <translation>Die Antwort von {host} ist beschädigt: Sie lässt sich nicht entpacken.{next_step}</translation>
  </message>
  <message>
   <source>The answer of {host} is longer than {megabytes} and was not read.</source>
   <translation>Die Antwort von {host} ist länger als {megabytes} und wurde nicht gelesen.</translation>
  </message>
  <message>
   <source>The answer, branch by branch</source>
   <translation>Die Antwort, Zweig für Zweig</translation>
  </message>
  <message>
   <source>The application's version.</source>
   <translation>Die Version der Anwendung.</translation>
  </message>
  <message>
   <source>The arrow keys move it, Esc goes back.</source>
   <translation>Die Pfeiltasten verschieben sie, Esc führt zurück.</translation>
  </message>
  <message>
   <source>The body of {operation} is a record, or a list of records. Nothing was sent.</source>
   <translation>Der Inhalt von {operation} ist ein Datensatz oder eine Liste von Datensätzen. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>The body of {operation} is no JSON: {error}. Nothing was sent.</source>
   <translation>Der Inhalt von {operation} ist kein JSON: {error}. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>The campaign's number.</source>
   <translation>Die Nummer der Kampagne.</translation>
  </message>
  <message>
   <source>The cells {merged} are merged: only the first of them has the value.</source>
   <translation>Die Zellen {merged} sind verbunden: Nur die erste davon hat den Wert.</translation>
  </message>
  <message>
   <source>The certificate belongs to another server than {host}. Check the address for a typing error.</source>
   <translation>Das Zertifikat gehört zu einem anderen Server als {host}. Prüfen Sie die Adresse auf Tippfehler.</translation>
  </message>
  <message>
   <source>The certificate file {ca_file} cannot be used. Choose a file with certificates in PEM form.</source>
   <translation>Die Zertifikatsdatei {ca_file} ist nicht brauchbar. Wählen Sie eine Datei mit Zertifikaten im PEM-Format.</translation>
  </message>
  <message>
   <source>The certificate of {host} comes from an authority this computer does not know. Install it in the system, or give its file in the account.</source>
   <translation>Das Zertifikat von {host} stammt von einer Stelle, die dieser Computer nicht kennt. Installieren Sie es im System oder geben Sie dessen Datei im Konto an.</translation>
  </message>
  <message>
   <source>The certificate of {host} has expired. Ask who runs the server to renew it; check this computer's date.</source>
   <translation>Das Zertifikat von {host} ist abgelaufen. Bitten Sie den Betreiber, es zu erneuern; prüfen Sie das Datum dieses Computers.</translation>
  </message>
  <message>
   <source>The certificate of {host} is not valid yet. Check this computer's date and time.</source>
   <translation>Das Zertifikat von {host} ist noch nicht gültig. Prüfen Sie Datum und Uhrzeit dieses Computers.</translation>
  </message>
  <message>
   <source>The certificate of {host} was withdrawn. Do not go on; ask who runs the server.</source>
   <translation>Das Zertifikat von {host} wurde zurückgezogen. Machen Sie nicht weiter; fragen Sie den Betreiber des Servers.</translation>
  </message>
  <message>
   <source>The change that is on its way is finished first. The others wait on this computer.</source>
   <translation>Die Änderung, die gerade unterwegs ist, wird noch fertig. Die anderen warten auf diesem Computer.</translation>
  </message>
  <message numerus="yes">
   <source>The changes of {n} records wait in {account} for your review.</source>
   <extracomment>The changes of 1 record wait in {account} for your review.</extracomment>
   <translation>
    <numerusform>Die Änderungen an 1 Datensatz warten in {account} auf Ihre Prüfung.</numerusform>
    <numerusform>Die Änderungen an {n} Datensätzen warten in {account} auf Ihre Prüfung.</numerusform>
   </translation>
  </message>
  <message>
   <source>The clipboard holds more than {n} rows.</source>
   <translation>Die Zwischenablage enthält mehr als {n} Zeilen.</translation>
  </message>
  <message>
   <source>The clipboard holds no rows.</source>
   <translation>Die Zwischenablage enthält keine Zeilen.</translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but the table goes on for {2} rows below and {3} wide.</source>
   <translation>Die Zwischenablage enthält {0} × {1} Zellen, ab hier hat die Tabelle aber nur {2} Zeilen und {3} Spalten.</translation>
  </message>
  <message>
   <source>The clipboard holds {0} × {1} cells, but {2} × {3} are marked. Mark one cell to paste all.</source>
   <translation>Die Zwischenablage enthält {0} × {1} Zellen, markiert sind aber {2} × {3}. Markieren Sie eine Zelle, um alle einzufügen.</translation>
  </message>
  <message>
   <source>The clipboard is wider than the table from here on. Start further left.</source>
   <translation>Die Zwischenablage ist breiter als die Tabelle ab hier. Beginnen Sie weiter links.</translation>
  </message>
  <message>
   <source>The columns' names are taken from row {row}; what stands above it is left out.</source>
   <translation>Die Spaltennamen kommen aus Zeile {row}; was darüber steht, wird weggelassen.</translation>
  </message>
  <message>
   <source>The connection failed</source>
   <translation>Die Verbindung ist fehlgeschlagen</translation>
  </message>
  <message>
   <source>The connection to {host} broke before the whole answer had come.{next_step}</source>
   <translation>Die Verbindung zu {host} brach ab, bevor die ganze Antwort da war.{next_step}</translation>
  </message>
  <message numerus="yes">
   <source>The copies of {n} modules are up to date.</source>
   <extracomment>The copy of 1 module is up to date.</extracomment>
   <translation>
    <numerusform>Die Kopie von 1 Modul ist aktuell.</numerusform>
    <numerusform>Die Kopien von {n} Modulen sind aktuell.</numerusform>
   </translation>
  </message>
  <message>
   <source>The copy has no such record. Whether the server has one by now is known when it answers.</source>
   <translation>Die Kopie hat keinen solchen Datensatz. Ob der Server inzwischen einen hat, ist bekannt, sobald er antwortet.</translation>
  </message>
  <message>
   <source>The copy of an account's modules on this computer takes at most this much.</source>
   <translation>Höchstens so viel Platz nimmt die Kopie der Module eines Kontos auf diesem Computer ein.</translation>
  </message>
  <message>
   <source>The copy on this computer does not have this record.</source>
   <translation>Die Kopie auf diesem Computer hat diesen Datensatz nicht.</translation>
  </message>
  <message>
   <source>The copy on this computer has no such record.</source>
   <translation>Die Kopie auf diesem Computer hat keinen solchen Datensatz.</translation>
  </message>
  <message>
   <source>The copy was damaged and begins anew; the old file is {file}.</source>
   <translation>Die Kopie war beschädigt und wird neu angelegt; die alte Datei ist {file}.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} cannot be read. Show the details below to your administrator.</source>
   <translation>Die Beschreibung (WSDL) von {address} ist nicht lesbar. Zeigen Sie Ihrem Administrator die Details unten.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} names no SOAP interface. Check the address.</source>
   <translation>Die Beschreibung (WSDL) von {address} nennt keine SOAP-Schnittstelle. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>The description (WSDL) of {address} refers to another document, which is not fetched. Ask who runs the server for a description in one piece.</source>
   <translation>Die Beschreibung (WSDL) von {address} verweist auf ein anderes Dokument; das wird nicht geholt. Bitten Sie den Betreiber des Servers um eine Beschreibung in einem Stück.</translation>
  </message>
  <message>
   <source>The discount</source>
   <translation>Der Rabatt</translation>
  </message>
  <message>
   <source>The document is not there: the file was not stored. Reload the list.</source>
   <translation>Das Dokument ist nicht da: Die Datei wurde nicht gespeichert. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The document was changed on the server after that, so its lines may be other ones by now.</source>
   <translation>Der Beleg wurde danach auf dem Server geändert; seine Positionen können inzwischen andere sein.</translation>
  </message>
  <message>
   <source>The document was created as {key}, but not all its lines: {reason}</source>
   <translation>Der Beleg wurde als {key} angelegt, aber nicht mit allen Positionen: {reason}</translation>
  </message>
  <message>
   <source>The document was created as {key}, then the session ended before all its lines were saved. Reload it and look before you go on.</source>
   <translation>Der Beleg wurde als {key} angelegt, dann endete die Sitzung, bevor alle Positionen gespeichert waren. Laden Sie ihn neu und sehen Sie nach, bevor Sie weitermachen.</translation>
  </message>
  <message>
   <source>The document was saved ({key}), but could not be read back: {reason} Reload it and look.</source>
   <translation>Der Beleg wurde gespeichert ({key}), ließ sich aber nicht wieder lesen: {reason} Laden Sie ihn neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>The environment variable {variable} is not set, or empty.</source>
   <translation>Die Umgebungsvariable {variable} ist nicht gesetzt oder leer.</translation>
  </message>
  <message>
   <source>The field will be empty.</source>
   <translation>Das Feld wird leer.</translation>
  </message>
  <message>
   <source>The fields of a module.</source>
   <translation>Die Felder eines Moduls.</translation>
  </message>
  <message>
   <source>The file becomes the document's newest revision; the older ones stay.</source>
   <translation>Die Datei wird die neueste Revision des Dokuments; die älteren bleiben.</translation>
  </message>
  <message>
   <source>The file begins with a mark that says UTF-16.</source>
   <translation>Die Datei beginnt mit einer Kennung für UTF-16.</translation>
  </message>
  <message>
   <source>The file begins with a mark that says UTF-8.</source>
   <translation>Die Datei beginnt mit einer Kennung für UTF-8.</translation>
  </message>
  <message>
   <source>The file came damaged. Try again.</source>
   <translation>Die Datei kam beschädigt an. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The file does not say its encoding: look at names with special letters.</source>
   <translation>Die Datei nennt ihre Kodierung nicht: Sehen Sie sich Namen mit Sonderzeichen an.</translation>
  </message>
  <message>
   <source>The file has no column {match} to find records by.</source>
   <translation>Die Datei hat keine Spalte {match}, über die Datensätze zu finden wären.</translation>
  </message>
  <message>
   <source>The file is gone. Reload the record.</source>
   <translation>Die Datei ist weg. Laden Sie den Datensatz neu.</translation>
  </message>
  <message>
   <source>The file is not base64. Choose it anew; nothing was sent.</source>
   <translation>Die Datei ist nicht Base64. Wählen Sie sie neu; es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>The file lies on another server. Open the record in the browser.</source>
   <translation>Die Datei liegt auf einem anderen Server. Öffnen Sie den Datensatz im Browser.</translation>
  </message>
  <message>
   <source>The file of a document's revision.</source>
   <translation>Die Datei einer Dokumentrevision.</translation>
  </message>
  <message>
   <source>The file of a document.</source>
   <translation>Die Datei eines Dokuments.</translation>
  </message>
  <message>
   <source>The file of a note; SplendidCRM has it not.</source>
   <translation>Die Datei einer Notiz; in SplendidCRM nicht vorhanden.</translation>
  </message>
  <message>
   <source>The file of the local copy cannot be used: {path}. Check that the disk has room and that you may write there.</source>
   <translation>Die Datei der lokalen Kopie ist nicht benutzbar: {path}. Prüfen Sie, ob Platz ist und Sie dort schreiben dürfen.</translation>
  </message>
  <message>
   <source>The file that keeps your pending changes cannot be used: {path}. Check that the disk has room and that you may write there.</source>
   <translation>Die Datei mit Ihren vorgemerkten Änderungen ist nicht benutzbar: {path}. Prüfen Sie, ob Platz ist und Sie dort schreiben dürfen.</translation>
  </message>
  <message>
   <source>The file with your pending changes and the journal was damaged. It was kept as {path}; what could be read of it is here. Look through the pending changes before you apply them.</source>
   <translation>Die Datei mit Ihren vorgemerkten Änderungen und dem Journal war beschädigt. Sie wurde als {path} aufgehoben; was davon lesbar war, ist hier. Sehen Sie die vorgemerkten Änderungen durch, bevor Sie sie anwenden.</translation>
  </message>
  <message>
   <source>The filter of this tab no longer fits the module and was left out.</source>
   <translation>Der Filter dieses Tabs passt nicht mehr zum Modul und wurde weggelassen.</translation>
  </message>
  <message>
   <source>The first {most} are shown.</source>
   <translation>Die ersten {most} werden gezeigt.</translation>
  </message>
  <message>
   <source>The history of changes.</source>
   <translation>Der Änderungsverlauf.</translation>
  </message>
  <message>
   <source>The journal does not hold the lines as they were.</source>
   <translation>Das Journal enthält die früheren Positionen nicht.</translation>
  </message>
  <message>
   <source>The journal does not tell which record this was.</source>
   <translation>Das Journal sagt nicht, welcher Datensatz das war.</translation>
  </message>
  <message>
   <source>The journal has no batch {batch}.</source>
   <translation>Das Journal hat keinen Vorgang {batch}.</translation>
  </message>
  <message>
   <source>The journal has no batch {number}.</source>
   <translation>Das Journal hat keinen Vorgang {number}.</translation>
  </message>
  <message>
   <source>The last page could not be written. Is there room left?</source>
   <translation>Die letzte Seite konnte nicht geschrieben werden. Ist noch Platz frei?</translation>
  </message>
  <message>
   <source>The last run broke off. Changes that waited to be sent are safe on this computer. Shall the account and its tabs open as they were?</source>
   <translation>Beim letzten Mal brach das Programm ab. Vorgemerkte Änderungen sind auf diesem Computer sicher. Sollen Konto und Tabs wie zuvor geöffnet werden?</translation>
  </message>
  <message>
   <source>The lead cannot be converted with this opportunity.</source>
   <translation>Der Lead kann mit dieser Verkaufschance nicht umgewandelt werden.</translation>
  </message>
  <message>
   <source>The lead was not marked as converted. {ask_help}</source>
   <translation>Der Lead wurde nicht als umgewandelt gekennzeichnet. {ask_help}</translation>
  </message>
  <message>
   <source>The lead's lists were not moved. {ask_help}</source>
   <translation>Die Listen des Leads wurden nicht übernommen. {ask_help}</translation>
  </message>
  <message>
   <source>The line's data is in the price list now (item {item}), but the line was not made: {reason} Look before you try again.</source>
   <translation>Die Daten der Position stehen jetzt in der Preisliste (Eintrag {item}), aber die Position wurde nicht angelegt: {reason} Sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The line's own id.</source>
   <translation>Die eigene ID der Position.</translation>
  </message>
  <message>
   <source>The lines of a sales document.</source>
   <translation>Die Positionen eines Verkaufsbelegs.</translation>
  </message>
  <message>
   <source>The lines of the document are not what they should be. Reload it.</source>
   <translation>Die Positionen des Belegs sind unbrauchbar. Laden Sie ihn neu.</translation>
  </message>
  <message>
   <source>The links of {record} could not be read: {reason}</source>
   <translation>Die Verknüpfungen von {record} konnten nicht gelesen werden: {reason}</translation>
  </message>
  <message>
   <source>The local copy could not be deleted: {path}. Close other windows first.</source>
   <translation>Die lokale Kopie konnte nicht gelöscht werden: {path}. Schließen Sie zuerst andere Fenster.</translation>
  </message>
  <message>
   <source>The local copy does not hold the lines of {id}. “crmdesk mirror update {module} --lines” copies them.</source>
   <translation>Die lokale Kopie enthält die Positionen von {id} nicht. „crmdesk mirror update {module} --lines“ kopiert sie.</translation>
  </message>
  <message>
   <source>The local copy has no record {id} in {module}.</source>
   <translation>Die lokale Kopie hat keinen Datensatz {id} in {module}.</translation>
  </message>
  <message>
   <source>The local copy has reached its limit of {megabytes} MB. Allow it more room in the settings, or drop a module; then update again.</source>
   <translation>Die lokale Kopie hat ihre Grenze von {megabytes} MB erreicht. Geben Sie ihr in den Einstellungen mehr Platz oder entfernen Sie ein Modul; dann aktualisieren Sie noch einmal.</translation>
  </message>
  <message>
   <source>The local copy is busy in another window. Try again in a moment.</source>
   <translation>Die lokale Kopie ist in einem anderen Fenster in Gebrauch. Versuchen Sie es gleich noch einmal.</translation>
  </message>
  <message>
   <source>The local copy is damaged: {path}. It is put aside when crmdesk starts next; update it then. Your pending changes are in another file and are not touched.</source>
   <translation>Die lokale Kopie ist beschädigt: {path}. Beim nächsten Start von crmdesk wird sie beiseitegelegt; aktualisieren Sie sie dann. Ihre vorgemerkten Änderungen liegen in einer anderen Datei und bleiben unberührt.</translation>
  </message>
  <message>
   <source>The local copy was written by a newer version of crmdesk. Install that version, or delete the copy: {path}. Your pending changes are in another file.</source>
   <translation>Die lokale Kopie stammt von einer neueren Version von crmdesk. Installieren Sie diese Version oder löschen Sie die Kopie: {path}. Ihre vorgemerkten Änderungen liegen in einer anderen Datei.</translation>
  </message>
  <message>
   <source>The login is right.</source>
   <translation>Die Anmeldung stimmt.</translation>
  </message>
  <message>
   <source>The main record.</source>
   <translation>Der Hauptdatensatz.</translation>
  </message>
  <message>
   <source>The mark of the last update is damaged. Update from the beginning.</source>
   <translation>Die Marke der letzten Aktualisierung ist beschädigt. Aktualisieren Sie von Anfang an.</translation>
  </message>
  <message>
   <source>The marked cells are no block. Mark one cell, or one block.</source>
   <translation>Die markierten Zellen sind kein Block. Markieren Sie eine Zelle oder einen Block.</translation>
  </message>
  <message>
   <source>The module of the record {record} is not known. Open it from its list.</source>
   <translation>Das Modul des Datensatzes {record} ist nicht bekannt. Öffnen Sie ihn aus seiner Liste.</translation>
  </message>
  <message>
   <source>The modules, as links.</source>
   <translation>Die Module als Links.</translation>
  </message>
  <message>
   <source>The modules.</source>
   <translation>Die Module.</translation>
  </message>
  <message>
   <source>The name you sign in with.</source>
   <translation>Der Name, mit dem Sie sich anmelden.</translation>
  </message>
  <message>
   <source>The name {host} cannot be looked up. Check the network, then try again.</source>
   <translation>Der Name {host} lässt sich nicht auflösen. Prüfen Sie das Netzwerk, dann versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The new document is staged; it is sent after your review.</source>
   <translation>Der neue Beleg ist vorgemerkt; gesendet wird er nach Ihrer Prüfung.</translation>
  </message>
  <message>
   <source>The new document without lines.</source>
   <translation>Der neue Beleg ohne Positionen.</translation>
  </message>
  <message>
   <source>The new password once more.</source>
   <translation>Das neue Kennwort noch einmal.</translation>
  </message>
  <message>
   <source>The new password.</source>
   <translation>Das neue Kennwort.</translation>
  </message>
  <message>
   <source>The newer interface (/api/v1) does not answer at {host}. Check the address, or choose SOAP.</source>
   <translation>Die neuere Schnittstelle (/api/v1) antwortet auf {host} nicht. Prüfen Sie die Adresse oder wählen Sie SOAP.</translation>
  </message>
  <message>
   <source>The note is not there any more. Reload the list.</source>
   <translation>Die Notiz ist nicht mehr da. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The note is not there: the file was not stored. Reload the list.</source>
   <translation>Die Notiz ist nicht da: Die Datei wurde nicht gespeichert. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The note will belong to the record you name, and no longer to the one it belongs to now.</source>
   <translation>Die Notiz gehört dann zu dem Datensatz, den Sie nennen, und nicht mehr zu dem jetzigen.</translation>
  </message>
  <message>
   <source>The note's id.</source>
   <translation>Die ID der Notiz.</translation>
  </message>
  <message>
   <source>The number of the last row: the end, not how many.</source>
   <translation>Die Nummer der letzten Zeile: das Ende, nicht die Anzahl.</translation>
  </message>
  <message>
   <source>The number of the level that the opportunity begins at, as in an opportunity's Level.</source>
   <translation>Die Nummer der Stufe, auf der die Verkaufschance beginnt, wie in Level einer Verkaufschance.</translation>
  </message>
  <message>
   <source>The number of the portal whose logins you check most; a check may name another.</source>
   <translation>Die Nummer des Portals, dessen Anmeldungen Sie meist prüfen; eine Prüfung kann ein anderes nennen.</translation>
  </message>
  <message>
   <source>The old password is wrong. Type it again.</source>
   <translation>Das alte Kennwort ist falsch. Geben Sie es noch einmal ein.</translation>
  </message>
  <message>
   <source>The old password.</source>
   <translation>Das alte Kennwort.</translation>
  </message>
  <message>
   <source>The original has pending changes. The new document begins with them.</source>
   <translation>Am Original sind Änderungen vorgemerkt. Der neue Beleg beginnt mit ihnen.</translation>
  </message>
  <message>
   <source>The outcome is unknown</source>
   <translation>Das Ergebnis ist unbekannt</translation>
  </message>
  <message>
   <source>The outcome is unknown: look at the record before you try again.</source>
   <translation>Das Ergebnis ist unbekannt: Sehen Sie sich den Datensatz an, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The page</source>
   <translation>Die Seite</translation>
  </message>
  <message>
   <source>The password has expired. Set a new one in the CRM's own pages, then enter it here.</source>
   <translation>Das Kennwort ist abgelaufen. Setzen Sie auf den Seiten des CRM ein neues und geben Sie es dann hier ein.</translation>
  </message>
  <message>
   <source>The password was not changed. {ask_help}</source>
   <translation>Das Kennwort wurde nicht geändert. {ask_help}</translation>
  </message>
  <message>
   <source>The password you sign in with. It leaves this computer as MD5 only; five wrong ones lock the user.</source>
   <translation>Das Kennwort, mit dem Sie sich anmelden. Es verlässt diesen Computer nur als MD5; fünf falsche sperren den Benutzer.</translation>
  </message>
  <message>
   <source>The pipeline level is a whole number, such as 1.</source>
   <translation>Die Pipeline-Stufe ist eine ganze Zahl, etwa 1.</translation>
  </message>
  <message>
   <source>The place in the list is lost. Reload it.</source>
   <translation>Die Stelle in der Liste ist verloren. Laden Sie sie neu.</translation>
  </message>
  <message>
   <source>The port in the store's address is no number.</source>
   <translation>Der Port in der Adresse des Speichers ist keine Zahl.</translation>
  </message>
  <message>
   <source>The portal does not let this login in: {why}</source>
   <translation>Das Portal lässt diese Anmeldung nicht zu: {why}</translation>
  </message>
  <message>
   <source>The portal is not set up on this server. Ask your administrator.</source>
   <translation>Das Portal ist auf diesem Server nicht eingerichtet. Fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <source>The portal refuses this login, without a reason.</source>
   <translation>Das Portal lehnt diese Anmeldung ab, ohne Grund.</translation>
  </message>
  <message>
   <source>The portal refuses this login: {given}</source>
   <translation>Das Portal lehnt diese Anmeldung ab: {given}</translation>
  </message>
  <message>
   <source>The probability to set.</source>
   <translation>Die zu setzende Wahrscheinlichkeit.</translation>
  </message>
  <message>
   <source>The program ended before the answer came.</source>
   <translation>Das Programm endete, bevor die Antwort kam.</translation>
  </message>
  <message>
   <source>The proxy asks for a login. Set the proxy's user and password in the system's settings.</source>
   <translation>Der Proxy verlangt eine Anmeldung. Tragen Sie Benutzer und Kennwort des Proxys in den Systemeinstellungen ein.</translation>
  </message>
  <message>
   <source>The proxy does not let us through</source>
   <translation>Der Proxy lässt uns nicht durch</translation>
  </message>
  <message>
   <source>The proxy {name_of_proxy} is no HTTP proxy. Give an HTTP proxy in the account, or none.</source>
   <translation>Der Proxy {name_of_proxy} ist kein HTTP-Proxy. Geben Sie im Konto einen HTTP-Proxy an oder keinen.</translation>
  </message>
  <message>
   <source>The proxy {proxy}</source>
   <translation>Der Proxy {proxy}</translation>
  </message>
  <message>
   <source>The proxy {proxy} cannot be reached. Check its address, or use none.</source>
   <translation>Der Proxy {proxy} ist nicht erreichbar. Prüfen Sie seine Adresse oder verwenden Sie keinen.</translation>
  </message>
  <message>
   <source>The proxy {proxy} does not let us through to {host}. Ask who runs it.</source>
   <translation>Der Proxy {proxy} lässt uns nicht zu {host} durch. Fragen Sie den Betreiber.</translation>
  </message>
  <message>
   <source>The quantity keeps {places} decimals there; {number} has more.</source>
   <translation>Die Menge hat dort {places} Nachkommastellen; {number} hat mehr.</translation>
  </message>
  <message>
   <source>The query has {n} characters; {max_chars} fit into an address.</source>
   <translation>Die Abfrage hat {n} Zeichen; in eine Adresse passen {max_chars}.</translation>
  </message>
  <message>
   <source>The query ran; nothing fits it.</source>
   <translation>Die Abfrage lief; nichts passt dazu.</translation>
  </message>
  <message>
   <source>The recipe changes nothing: add a [[change]] with a field.</source>
   <translation>Das Rezept ändert nichts: Fügen Sie ein [[change]] mit einem Feld hinzu.</translation>
  </message>
  <message>
   <source>The recipe changes {touched} and says that it is never to be touched.</source>
   <translation>Das Rezept ändert {touched} und sagt zugleich, dass es nie berührt werden darf.</translation>
  </message>
  <message>
   <source>The recipe expects {wanted} records and found {found}. Nothing was sent.</source>
   <translation>Das Rezept erwartet {wanted} Datensätze und fand {found}. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>The record comes back with a new id; links to the old one do not.</source>
   <translation>Der Datensatz kommt mit neuer ID zurück; Verknüpfungen mit der alten nicht.</translation>
  </message>
  <message>
   <source>The record goes to another organisation. Its person belongs to the former one and is not taken along.</source>
   <translation>Der Datensatz geht an eine andere Organisation. Seine Person gehört zur bisherigen und wird nicht mitgenommen.</translation>
  </message>
  <message>
   <source>The record is added to a campaign. It cannot be taken out again from here.</source>
   <translation>Der Datensatz wird einer Kampagne hinzugefügt. Von hier lässt er sich nicht wieder herausnehmen.</translation>
  </message>
  <message>
   <source>The record is gone</source>
   <translation>Der Datensatz ist weg</translation>
  </message>
  <message>
   <source>The record is gone.</source>
   <translation>Der Datensatz ist weg.</translation>
  </message>
  <message>
   <source>The record is not there: it was deleted, or it never existed. Reload the list.</source>
   <translation>Der Datensatz ist nicht da: Er wurde gelöscht oder hat nie existiert. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The record to add.</source>
   <translation>Der hinzuzufügende Datensatz.</translation>
  </message>
  <message>
   <source>The record to link to it.</source>
   <translation>Der damit zu verknüpfende Datensatz.</translation>
  </message>
  <message>
   <source>The record was added, but the server did not say which one it is. Reload the list.</source>
   <translation>Der Datensatz wurde angelegt, aber der Server hat nicht gesagt, welcher es ist. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The record was made ({made}), but its file or its link was not stored: {reason}</source>
   <translation>Der Datensatz wurde angelegt ({made}), aber seine Datei oder Verknüpfung nicht gespeichert: {reason}</translation>
  </message>
  <message>
   <source>The record was moved, but not changed: {reason}</source>
   <translation>Der Datensatz wurde verschoben, aber nicht geändert: {reason}</translation>
  </message>
  <message>
   <source>The record was not added to the campaign: {answer}</source>
   <translation>Der Datensatz wurde der Kampagne nicht hinzugefügt: {answer}</translation>
  </message>
  <message>
   <source>The record will be deleted.</source>
   <translation>Der Datensatz wird gelöscht.</translation>
  </message>
  <message>
   <source>The record's id.</source>
   <translation>Die ID des Datensatzes.</translation>
  </message>
  <message>
   <source>The record's number; 0 makes a new one.</source>
   <translation>Die Nummer des Datensatzes; 0 legt einen neuen an.</translation>
  </message>
  <message>
   <source>The records at the other end.</source>
   <translation>Die Datensätze am anderen Ende.</translation>
  </message>
  <message>
   <source>The records of one related list.</source>
   <translation>Die Datensätze einer verknüpften Liste.</translation>
  </message>
  <message>
   <source>The records were not related. {ask_help}</source>
   <translation>Die Datensätze wurden nicht verknüpft. {ask_help}</translation>
  </message>
  <message>
   <source>The related lists of a module.</source>
   <translation>Die verknüpften Listen eines Moduls.</translation>
  </message>
  <message>
   <source>The relationship to set.</source>
   <translation>Die zu setzende Beziehung.</translation>
  </message>
  <message>
   <source>The reply as it came</source>
   <translation>Die Antwort, wie sie kam</translation>
  </message>
  <message>
   <source>The reply is on the clipboard.</source>
   <translation>Die Antwort ist in der Zwischenablage.</translation>
  </message>
  <message>
   <source>The report's number.</source>
   <translation>Die Nummer des Berichts.</translation>
  </message>
  <message>
   <source>The row is no longer there. Reload the list.</source>
   <translation>Die Zeile ist nicht mehr da. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The row that begins in line {line} of {path} has a quotation mark that is never closed. Close it, or double it where it belongs to the text.</source>
   <translation>Die Zeile, die in Zeile {line} von {path} beginnt, hat ein Anführungszeichen, das nie geschlossen wird. Schließen Sie es oder verdoppeln Sie es, wo es zum Text gehört.</translation>
  </message>
  <message>
   <source>The rows of a native query have no types: use csv or json.</source>
   <translation>Die Zeilen einer nativen Abfrage haben keine Typen: Verwenden Sie csv oder json.</translation>
  </message>
  <message>
   <source>The rows of a report.</source>
   <translation>Die Zeilen eines Berichts.</translation>
  </message>
  <message>
   <source>The same for dates without a time.</source>
   <translation>Dasselbe für Daten ohne Uhrzeit.</translation>
  </message>
  <message>
   <source>The same in UTC.</source>
   <translation>Dasselbe in UTC.</translation>
  </message>
  <message>
   <source>The same in chosen modules, page by page.</source>
   <translation>Dasselbe in gewählten Modulen, Seite für Seite.</translation>
  </message>
  <message>
   <source>The second key of the pair.</source>
   <translation>Der zweite Schlüssel des Paars.</translation>
  </message>
  <message>
   <source>The server allows no more sessions at once. Sign out elsewhere, then sign in again.</source>
   <translation>Der Server erlaubt keine weiteren gleichzeitigen Sitzungen. Melden Sie sich anderswo ab und dann hier neu an.</translation>
  </message>
  <message>
   <source>The server already has such a record and refuses a second one.</source>
   <translation>Der Server hat schon einen solchen Datensatz und lehnt einen zweiten ab.</translation>
  </message>
  <message>
   <source>The server already has such a record and refuses a second one. Look for it and change that one.</source>
   <translation>Der Server hat schon einen solchen Datensatz und lehnt einen zweiten ab. Suchen Sie ihn und ändern Sie diesen.</translation>
  </message>
  <message>
   <source>The server answered with nothing. Try again.</source>
   <translation>Die Antwort des Servers ist leer. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server answered with nothing.{look_first}</source>
   <translation>Die Antwort des Servers ist leer.{look_first}</translation>
  </message>
  <message>
   <source>The server answered with something unreadable.</source>
   <translation>Die Antwort des Servers ist nicht lesbar.</translation>
  </message>
  <message>
   <source>The server answered with something unreadable.{more}</source>
   <translation>Die Antwort des Servers ist nicht lesbar.{more}</translation>
  </message>
  <message>
   <source>The server answers again.</source>
   <translation>Der Server antwortet wieder.</translation>
  </message>
  <message numerus="yes">
   <source>The server answers again. Your {n} pending changes still fit.</source>
   <extracomment>The server answers again. Your pending change still fits.</extracomment>
   <translation>
    <numerusform>Der Server antwortet wieder. Ihre vorgemerkte Änderung passt noch.</numerusform>
    <numerusform>Der Server antwortet wieder. Ihre {n} vorgemerkten Änderungen passen noch.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>The server answers again. {n} of your pending changes meet what others changed: the review shows them.</source>
   <extracomment>The server answers again. 1 of your pending changes meets what others changed: the review shows it.</extracomment>
   <translation>
    <numerusform>Der Server antwortet wieder. 1 Ihrer vorgemerkten Änderungen trifft auf Änderungen anderer: Die Prüfung zeigt sie.</numerusform>
    <numerusform>Der Server antwortet wieder. {n} Ihrer vorgemerkten Änderungen treffen auf Änderungen anderer: Die Prüfung zeigt sie.</numerusform>
   </translation>
  </message>
  <message>
   <source>The server answers that it saved document {key}, which is not the one. Reload it and look.</source>
   <translation>Der Server antwortet, er habe Beleg {key} gespeichert, aber das ist der falsche. Laden Sie ihn neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>The server answers that it saved record {key}, which is not the one. Reload the list and look before you try again.</source>
   <translation>Der Server antwortet, er habe Datensatz {key} gespeichert, aber das ist der falsche. Laden Sie die Liste neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server asks for a pause. Try again in {wait_s} seconds.</source>
   <translation>Der Server bittet um eine Pause. Versuchen Sie es in {wait_s} Sekunden noch einmal.</translation>
  </message>
  <message>
   <source>The server asks for a pause: too many requests. Try again in a moment.</source>
   <translation>Der Server bittet um eine Pause: zu viele Anfragen. Versuchen Sie es gleich noch einmal.</translation>
  </message>
  <message>
   <source>The server asks for a pause: too many requests. Try again later.</source>
   <translation>Der Server bittet um eine Pause: zu viele Anfragen. Versuchen Sie es später noch einmal.</translation>
  </message>
  <message>
   <source>The server asks for a pause: your subscription's number of requests is used up for now. Try again later.</source>
   <translation>Der Server bittet um eine Pause: Die Anfragen Ihres Abonnements sind vorerst verbraucht. Versuchen Sie es später noch einmal.</translation>
  </message>
  <message>
   <source>The server asks us to wait</source>
   <translation>Der Server bittet zu warten</translation>
  </message>
  <message>
   <source>The server broke down and gave no reason. Try again; if it stays, show the details to your administrator.</source>
   <translation>Der Server ist ohne Angabe von Gründen abgestürzt. Versuchen Sie es noch einmal; bleibt es dabei, zeigen Sie Ihrem Administrator die Details.</translation>
  </message>
  <message>
   <source>The server broke down in the middle: {shown} {unknown_outcome}</source>
   <translation>Der Server ist mittendrin abgestürzt: {shown} {unknown_outcome}</translation>
  </message>
  <message>
   <source>The server broke down while it was saving. The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation>Der Server ist beim Speichern abgestürzt. Die Änderung kann trotzdem gespeichert sein: Laden Sie den Datensatz neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server broke down while it was saving.{look_first}</source>
   <translation>Der Server ist beim Speichern abgestürzt.{look_first}</translation>
  </message>
  <message>
   <source>The server broke down. Try again; if it stays, show the details to your administrator.</source>
   <translation>Der Server ist abgestürzt. Versuchen Sie es noch einmal; bleibt es dabei, zeigen Sie Ihrem Administrator die Details.</translation>
  </message>
  <message>
   <source>The server cannot ask for this combination: filtered on this computer.</source>
   <translation>Der Server kann diese Kombination nicht abfragen: auf diesem Computer gefiltert.</translation>
  </message>
  <message>
   <source>The server cannot ask for “{op}” without losing rows: filtered on this computer.</source>
   <translation>Bei „{op}“ verliert der Server Zeilen: auf diesem Computer gefiltert.</translation>
  </message>
  <message>
   <source>The server cannot be reached</source>
   <translation>Der Server ist nicht erreichbar</translation>
  </message>
  <message>
   <source>The server cannot be reached, and the copy of {module} is not finished: which records there are is known when the server answers again.</source>
   <translation>Der Server ist nicht erreichbar, und die Kopie von {module} ist nicht fertig: Welche Datensätze es gibt, ist bekannt, sobald der Server wieder antwortet.</translation>
  </message>
  <message>
   <source>The server cannot be reached, and the lines of this document are not on this computer. Documents that were opened before are, and all of a module where its copy keeps their lines.</source>
   <translation>Der Server ist nicht erreichbar, und die Positionen dieses Belegs sind nicht auf diesem Computer. Vorhanden sind die von Belegen, die schon einmal geöffnet waren, und alle eines Moduls, dessen Kopie die Positionen mit hält.</translation>
  </message>
  <message>
   <source>The server cannot be reached, and there is no copy of {module} on this computer. Try again when the server answers.</source>
   <translation>Der Server ist nicht erreichbar, und von {module} gibt es keine Kopie auf diesem Computer. Versuchen Sie es noch einmal, wenn der Server antwortet.</translation>
  </message>
  <message>
   <source>The server cannot be reached; copies are updated when it answers again.</source>
   <translation>Der Server ist nicht erreichbar; Kopien werden aktualisiert, sobald er wieder antwortet.</translation>
  </message>
  <message>
   <source>The server cannot do this</source>
   <translation>Der Server kann das nicht</translation>
  </message>
  <message>
   <source>The server cannot filter by {field}: filtered on this computer.</source>
   <translation>Der Server kann nicht nach {field} filtern: auf diesem Computer gefiltert.</translation>
  </message>
  <message>
   <source>The server cannot store or find the file. Ask your administrator about its upload folder.</source>
   <translation>Der Server kann die Datei nicht speichern oder finden. Fragen Sie Ihren Administrator nach seinem Upload-Ordner.</translation>
  </message>
  <message numerus="yes">
   <source>The server changed {n} other fields by itself</source>
   <extracomment>The server changed {n} other field by itself</extracomment>
   <translation>
    <numerusform>Der Server hat {n} weiteres Feld selbst geändert</numerusform>
    <numerusform>Der Server hat {n} weitere Felder selbst geändert</numerusform>
   </translation>
  </message>
  <message>
   <source>The server compares {field} in another way: filtered on this computer.</source>
   <translation>Der Server vergleicht {field} anders: auf diesem Computer gefiltert.</translation>
  </message>
  <message>
   <source>The server converted the record without telling which one it made.</source>
   <translation>Der Server hat den Datensatz umgewandelt, ohne zu sagen, welcher daraus wurde.</translation>
  </message>
  <message>
   <source>The server could not answer: {shown} {later}</source>
   <translation>Der Server konnte nicht antworten: {shown} {later}</translation>
  </message>
  <message>
   <source>The server could not carry this out. {ask_help}</source>
   <translation>Der Server konnte das nicht ausführen. {ask_help}</translation>
  </message>
  <message>
   <source>The server could not read this list and does not say why.</source>
   <translation>Der Server konnte diese Liste nicht lesen und sagt nicht, warum.</translation>
  </message>
  <message>
   <source>The server did not say whether it saved this. Reload the record and look before you try again.</source>
   <translation>Der Server hat nicht gesagt, ob er gespeichert hat. Laden Sie den Datensatz neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server did not say whether the record was added. Look at the campaign first.</source>
   <translation>Der Server hat nicht gesagt, ob der Datensatz hinzugefügt wurde. Sehen Sie sich zuerst die Kampagne an.</translation>
  </message>
  <message>
   <source>The server did not understand the filter. Change it, or take one condition away.</source>
   <translation>Der Server hat den Filter nicht verstanden. Ändern Sie ihn oder entfernen Sie eine Bedingung.</translation>
  </message>
  <message>
   <source>The server does not accept the token any more. Sign in again.</source>
   <translation>Der Server nimmt das Token nicht mehr an. Melden Sie sich neu an.</translation>
  </message>
  <message>
   <source>The server does not accept this computer's address. Ask your administrator.</source>
   <translation>Der Server akzeptiert die Adresse dieses Computers nicht. Fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <source>The server does not allow it: {shown} Ask your administrator for a token with more rights.</source>
   <translation>Der Server erlaubt es nicht: {shown} Bitten Sie Ihren Administrator um ein Token mit mehr Rechten.</translation>
  </message>
  <message>
   <source>The server does not allow this, or the record is no longer there: it does not tell which. Reload the list; if the record is still shown, ask your administrator for the right.</source>
   <translation>Der Server erlaubt das nicht, oder der Datensatz ist nicht mehr da; welches von beiden, sagt er nicht. Laden Sie die Liste neu; wird der Datensatz noch angezeigt, bitten Sie Ihren Administrator um die Berechtigung.</translation>
  </message>
  <message>
   <source>The server does not filter {module} by this record, and there are too many to look through. Filter their own list instead.</source>
   <translation>Der Server filtert {module} nicht nach diesem Datensatz, und es sind zu viele zum Durchsehen. Filtern Sie stattdessen deren eigene Liste.</translation>
  </message>
  <message>
   <source>The server does not filter {plural} by this record, and there are too many to look through. Filter their own list instead.</source>
   <translation>Der Server filtert {plural} nicht nach diesem Datensatz, und es sind zu viele zum Durchsehen. Filtern Sie stattdessen deren eigene Liste.</translation>
  </message>
  <message>
   <source>The server does not have it: {given}</source>
   <translation>Der Server hat es nicht: {given}</translation>
  </message>
  <message>
   <source>The server does not know a field {field}: filtered on this computer.</source>
   <translation>Der Server kennt kein Feld {field}: auf diesem Computer gefiltert.</translation>
  </message>
  <message>
   <source>The server does not know this kind of record. Reload the modules.</source>
   <translation>Der Server kennt diese Art von Datensatz nicht. Laden Sie die Module neu.</translation>
  </message>
  <message>
   <source>The server does not know this list of related records. Reload the record.</source>
   <translation>Der Server kennt diese Liste verknüpfter Datensätze nicht. Laden Sie den Datensatz neu.</translation>
  </message>
  <message>
   <source>The server does not know this pair of keys. Copy key and pass key anew; support@opencrm.co.uk issues them.</source>
   <translation>Der Server kennt dieses Schlüsselpaar nicht. Kopieren Sie Schlüssel und Pass Key neu; support@opencrm.co.uk gibt sie aus.</translation>
  </message>
  <message>
   <source>The server does not know this user name. Check its spelling.</source>
   <translation>Der Server kennt diesen Benutzernamen nicht. Prüfen Sie die Schreibweise.</translation>
  </message>
  <message>
   <source>The server does not let us in</source>
   <translation>Der Server lässt uns nicht herein</translation>
  </message>
  <message>
   <source>The server does not let you do this in {module}.</source>
   <translation>Der Server lässt Sie das in {module} nicht tun.</translation>
  </message>
  <message>
   <source>The server does not list {module}, so they cannot be copied.</source>
   <translation>Der Server listet {module} nicht auf, daher können sie nicht kopiert werden.</translation>
  </message>
  <message>
   <source>The server does not offer this module, or not to you. Reload the modules.</source>
   <translation>Der Server bietet dieses Modul nicht an, oder nicht Ihnen. Laden Sie die Module neu.</translation>
  </message>
  <message>
   <source>The server does not take the access key (any longer). Sign in again.</source>
   <translation>Der Server nimmt den Zugriffsschlüssel nicht (mehr) an. Melden Sie sich neu an.</translation>
  </message>
  <message>
   <source>The server does not tell the new record's id. Look for it before you try again.</source>
   <translation>Der Server nennt die ID des neuen Datensatzes nicht. Suchen Sie ihn, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server does not tell whether it was done. Look for the record before you send it again.</source>
   <translation>Der Server sagt nicht, ob es ausgeführt wurde. Suchen Sie den Datensatz, bevor Sie es noch einmal senden.</translation>
  </message>
  <message>
   <source>The server forbids this: {sentence} The API is off by default and can be limited to certain addresses; support@opencrm.co.uk changes that.</source>
   <translation>Der Server verbietet das: {sentence} Die API ist zunächst ausgeschaltet und kann auf bestimmte Adressen beschränkt sein; support@opencrm.co.uk ändert das.</translation>
  </message>
  <message>
   <source>The server gave no access token. Check the application token.</source>
   <translation>Der Server hat kein Zugriffs-Token ausgegeben. Prüfen Sie das Anwendungs-Token.</translation>
  </message>
  <message>
   <source>The server has no field {name} any more.</source>
   <translation>Der Server hat kein Feld {name} mehr.</translation>
  </message>
  <message>
   <source>The server has no field {name}.</source>
   <translation>Der Server hat kein Feld {name}.</translation>
  </message>
  <message>
   <source>The server has no {name}.</source>
   <translation>Der Server hat {name} nicht.</translation>
  </message>
  <message>
   <source>The server has trouble</source>
   <translation>Der Server hat Probleme</translation>
  </message>
  <message>
   <source>The server holds something else by now in: {moved}.</source>
   <translation>Auf dem Server steht inzwischen etwas anderes in: {moved}.</translation>
  </message>
  <message>
   <source>The server is asked:</source>
   <translation>Der Server wird gefragt:</translation>
  </message>
  <message>
   <source>The server is closed for the moment (maintenance or overload). Try again in a few minutes.</source>
   <translation>Der Server ist gerade nicht verfügbar (Wartung oder Überlastung). Versuchen Sie es in einigen Minuten noch einmal.</translation>
  </message>
  <message>
   <source>The server knows no record with this id: it was deleted, or the id is wrong. Reload the list.</source>
   <translation>Der Server kennt keinen Datensatz mit dieser ID: Er wurde gelöscht, oder die ID ist falsch. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The server made a new record ({keys}) instead of changing this one. Look at both before you go on.</source>
   <translation>Der Server hat einen neuen Datensatz angelegt ({keys}), statt diesen zu ändern. Sehen Sie sich beide an, bevor Sie weitermachen.</translation>
  </message>
  <message>
   <source>The server makes a delivery of this opportunity, with its lines; the opportunity may be gone then.</source>
   <translation>Der Server macht aus dieser Verkaufschance eine Lieferung mit ihren Positionen; die Verkaufschance ist danach vielleicht weg.</translation>
  </message>
  <message>
   <source>The server makes an opportunity of this delivery, with its lines; the delivery may be gone then.</source>
   <translation>Der Server macht aus dieser Lieferung eine Verkaufschance mit ihren Positionen; die Lieferung ist danach vielleicht weg.</translation>
  </message>
  <message>
   <source>The server misses one of the two keys. Check key and pass key in the account.</source>
   <translation>Dem Server fehlt einer der beiden Schlüssel. Prüfen Sie Schlüssel und Pass Key im Konto.</translation>
  </message>
  <message>
   <source>The server opened no session. Try again.</source>
   <translation>Der Server hat keine Sitzung eröffnet. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server refused the login because its one-time token had run out. Try again.</source>
   <translation>Der Server hat die Anmeldung abgelehnt, weil sein Einmal-Token abgelaufen war. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server refused to save this: {sentence} Correct it and try again.</source>
   <translation>Der Server hat das Speichern abgelehnt: {sentence} Berichtigen Sie es und versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server refused to save this: {shown} Correct it and try again.</source>
   <translation>Der Server hat das Speichern abgelehnt: {shown} Berichtigen Sie es und versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server refused.</source>
   <translation>Der Server hat abgelehnt.</translation>
  </message>
  <message>
   <source>The server refused: it is too large.</source>
   <translation>Der Server hat abgelehnt: zu groß.</translation>
  </message>
  <message>
   <source>The server refused: {given}</source>
   <translation>Der Server hat abgelehnt: {given}</translation>
  </message>
  <message>
   <source>The server refused: {given}.</source>
   <translation>Der Server hat abgelehnt: {given}.</translation>
  </message>
  <message>
   <source>The server refused: {hidden}</source>
   <translation>Der Server hat abgelehnt: {hidden}</translation>
  </message>
  <message>
   <source>The server refused: {sentence} If it stays, show the details to your administrator.</source>
   <translation>Der Server hat abgelehnt: {sentence} Bleibt es dabei, zeigen Sie Ihrem Administrator die Details.</translation>
  </message>
  <message>
   <source>The server refused: {shown}</source>
   <translation>Der Server hat abgelehnt: {shown}</translation>
  </message>
  <message>
   <source>The server refused: {shown} {ask_help}</source>
   <translation>Der Server hat abgelehnt: {shown} {ask_help}</translation>
  </message>
  <message>
   <source>The server refused: {shown} {later}</source>
   <translation>Der Server hat abgelehnt: {shown} {later}</translation>
  </message>
  <message>
   <source>The server refuses the API key: {given} Copy it anew from CRM-service, or ask whether it is locked.</source>
   <translation>Der Server lehnt den API-Schlüssel ab: {given} Kopieren Sie ihn neu aus CRM-service oder fragen Sie, ob er gesperrt ist.</translation>
  </message>
  <message>
   <source>The server refuses the application token. Copy it anew from webCRM: Configuration, Integration, API, REST.</source>
   <translation>Der Server lehnt das Anwendungs-Token ab. Kopieren Sie es neu aus webCRM: Konfiguration, Integration, API, REST.</translation>
  </message>
  <message>
   <source>The server refuses the token. Copy it anew from CRM-service.</source>
   <translation>Der Server lehnt das Token ab. Kopieren Sie es neu aus CRM-service.</translation>
  </message>
  <message>
   <source>The server refuses this user name and password. Check both: after five failures it locks the user. Nothing is tried again by itself.</source>
   <translation>Der Server lehnt diesen Benutzernamen und dieses Kennwort ab. Prüfen Sie beides: Nach fünf Fehlversuchen sperrt er den Benutzer. Nichts wird von selbst noch einmal versucht.</translation>
  </message>
  <message>
   <source>The server reports a failure</source>
   <translation>Der Server meldet einen Fehler</translation>
  </message>
  <message>
   <source>The server said that the records are linked, but they are not. Link them in the CRM itself.</source>
   <translation>Der Server sagt, die Datensätze seien verknüpft, aber sie sind es nicht. Verknüpfen Sie sie im CRM selbst.</translation>
  </message>
  <message>
   <source>The server saved nothing, and does not say why.</source>
   <translation>Der Server hat nichts gespeichert und sagt nicht, warum.</translation>
  </message>
  <message>
   <source>The server says it saved the record, but not under which number, so it could not be checked. Look before you try again.</source>
   <translation>Der Server sagt, dass er den Datensatz gespeichert hat, aber nicht unter welcher Nummer; so ließ es sich nicht prüfen. Sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server says that the record is deleted, but it is still there. Reload the list.</source>
   <translation>Der Server sagt, der Datensatz sei gelöscht, aber er ist noch da. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The server says “Unauthorized”: a key is missing or wrong, or something on the way changed the request. Check both keys; if they are right, try another way of signing in, in the account's settings.</source>
   <translation>Der Server sagt „Unauthorized“: Ein Schlüssel fehlt oder ist falsch, oder etwas unterwegs hat die Anfrage verändert. Prüfen Sie beide Schlüssel; stimmen sie, versuchen Sie in den Kontoeinstellungen eine andere Art der Anmeldung.</translation>
  </message>
  <message>
   <source>The server sends us elsewhere</source>
   <translation>Der Server verweist woandershin</translation>
  </message>
  <message>
   <source>The server sent no access key. Try another way of signing in.</source>
   <translation>Der Server hat keinen Zugriffsschlüssel gesendet. Versuchen Sie eine andere Art der Anmeldung.</translation>
  </message>
  <message>
   <source>The server sent no login token. Check the address.</source>
   <translation>Der Server hat kein Anmelde-Token gesendet. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>The server sent no session. Try again.</source>
   <translation>Der Server hat keine Sitzung gesendet. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server sent nothing. Try again.</source>
   <translation>Der Server hat nichts gesendet. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server sets this field by itself.</source>
   <translation>Dieses Feld setzt der Server selbst.</translation>
  </message>
  <message>
   <source>The server stores it at once; its own total follows when a line is saved next.</source>
   <translation>Der Server speichert es sofort; seine eigene Summe folgt, wenn das nächste Mal eine Position gespeichert wird.</translation>
  </message>
  <message>
   <source>The server takes 250 requests a minute, and they are used up. Go on in a moment.</source>
   <translation>Der Server nimmt 250 Anfragen in der Minute an, und sie sind verbraucht. Machen Sie gleich weiter.</translation>
  </message>
  <message>
   <source>The server takes 250 requests a minute, and they are used up. Try again in {wait_s} seconds.</source>
   <translation>Der Server nimmt 250 Anfragen in der Minute an, und sie sind verbraucht. Versuchen Sie es in {wait_s} Sekunden noch einmal.</translation>
  </message>
  <message>
   <source>The server takes files up to 25 MB; {file_name} has {n} MB.</source>
   <translation>Der Server nimmt Dateien bis 25 MB an; {file_name} hat {n} MB.</translation>
  </message>
  <message numerus="yes">
   <source>The server takes {n} conditions at a time: filtered on this computer.</source>
   <extracomment>The server takes one condition at a time: filtered on this computer.</extracomment>
   <translation>
    <numerusform>Der Server nimmt nur eine Bedingung auf einmal: auf diesem Computer gefiltert.</numerusform>
    <numerusform>Der Server nimmt nur {n} Bedingungen auf einmal: auf diesem Computer gefiltert.</numerusform>
   </translation>
  </message>
  <message>
   <source>The server tells no total of its own.</source>
   <translation>Der Server nennt keine eigene Summe.</translation>
  </message>
  <message>
   <source>The server tells nothing of this record: nothing happened, or it does not follow this module.</source>
   <translation>Der Server sagt nichts zu diesem Datensatz: Es ist nichts geschehen, oder er verfolgt dieses Modul nicht.</translation>
  </message>
  <message>
   <source>The server took it (number {record}), but it could not be checked: {reason}</source>
   <translation>Der Server hat es angenommen (Nummer {record}), aber es ließ sich nicht prüfen: {reason}</translation>
  </message>
  <message>
   <source>The server took it (number {record}), but it could not be checked: {reason} Look at the record before you try again.</source>
   <translation>Der Server hat es angenommen (Nummer {record}), aber es ließ sich nicht prüfen: {reason} Sehen Sie sich den Datensatz an, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server took the change but did not say for which record. Reload the list and look before you try again.</source>
   <translation>Der Server hat die Änderung angenommen, aber nicht gesagt, für welchen Datensatz. Laden Sie die Liste neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server took the deletion, but it could not be checked: {reason} Reload the list and look.</source>
   <translation>Der Server hat das Löschen angenommen, aber es ließ sich nicht prüfen: {reason} Laden Sie die Liste neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>The server took the document but did not say its id. Reload the list and look first.</source>
   <translation>Der Server hat den Beleg angenommen, aber seine ID nicht genannt. Laden Sie die Liste neu und sehen Sie zuerst nach.</translation>
  </message>
  <message>
   <source>The server took the file, but did not say as which document.</source>
   <translation>Der Server hat die Datei angenommen, aber nicht gesagt, als welches Dokument.</translation>
  </message>
  <message>
   <source>The server took the file, but did not say as which. Reload the record and look.</source>
   <translation>Der Server hat die Datei angenommen, aber nicht gesagt, als welche. Laden Sie den Datensatz neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>The server took the line's data, but did not say under which number.</source>
   <translation>Der Server hat die Daten der Position angenommen, aber nicht gesagt, unter welcher Nummer.</translation>
  </message>
  <message>
   <source>The server took the line, but did not say which one it is.</source>
   <translation>Der Server hat die Position angenommen, aber nicht gesagt, welche es ist.</translation>
  </message>
  <message>
   <source>The server took the note, but it is not in the list.</source>
   <translation>Der Server hat die Notiz angenommen, aber sie steht nicht in der Liste.</translation>
  </message>
  <message>
   <source>The server took the record but did not say which one it is. Reload the list before you try again.</source>
   <translation>Der Server hat den Datensatz angenommen, aber nicht gesagt, welcher es ist. Laden Sie die Liste neu, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server took the {what} but did not say which one it is.</source>
   <translation>Der Server hat angenommen ({what}), aber nicht gesagt, welcher Eintrag es ist.</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle or is damaged.{more}</source>
   <translation>Die Antwort des Servers bricht mittendrin ab oder ist beschädigt.{more}</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle. The change may have been saved all the same: reload the record and look before you try again.</source>
   <translation>Die Antwort des Servers bricht mittendrin ab. Die Änderung kann trotzdem gespeichert sein: Laden Sie den Datensatz neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server's answer ends in the middle. Try again; if it stays, ask for fewer records.</source>
   <translation>Die Antwort des Servers bricht mittendrin ab. Versuchen Sie es noch einmal; bleibt es dabei, fragen Sie weniger Datensätze ab.</translation>
  </message>
  <message>
   <source>The server's answer is damaged or no SOAP at all. Try again; if it stays, show the details to your administrator.</source>
   <translation>Die Antwort des Servers ist beschädigt oder gar kein SOAP. Versuchen Sie es noch einmal; bleibt es dabei, zeigen Sie Ihrem Administrator die Details.</translation>
  </message>
  <message>
   <source>The server's answer is damaged. {unknown_outcome}</source>
   <translation>Die Antwort des Servers ist beschädigt. {unknown_outcome}</translation>
  </message>
  <message>
   <source>The server's answer is not a document. Reload the list.</source>
   <translation>Die Antwort des Servers ist kein Dokument. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The server's answer is not a record. Reload the list.</source>
   <translation>Die Antwort des Servers ist kein Datensatz. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The server's answer is not what it should be. Try again.</source>
   <translation>Die Antwort des Servers ist unbrauchbar. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server's answer to saving is not what it should be. Look at the record before you try again.</source>
   <translation>Die Antwort des Servers auf das Speichern ist unbrauchbar. Sehen Sie sich den Datensatz an, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The server's count is not a number. Try again.</source>
   <translation>Die Anzahl vom Server ist keine Zahl. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server's database refused the filter or the order. Change it, or take one condition away.</source>
   <translation>Die Datenbank des Servers hat den Filter oder die Sortierung abgelehnt. Ändern Sie sie oder entfernen Sie eine Bedingung.</translation>
  </message>
  <message>
   <source>The server's database refused this; often an owner or a link that does not exist. Check them.</source>
   <translation>Die Datenbank des Servers hat das abgelehnt; oft gibt es den Zuständigen oder eine Verknüpfung nicht. Prüfen Sie beides.</translation>
  </message>
  <message>
   <source>The server's description (WSDL) cannot be used. Ask who runs it.</source>
   <translation>Die Beschreibung des Servers (WSDL) ist nicht brauchbar. Fragen Sie den Betreiber.</translation>
  </message>
  <message>
   <source>The server's description (WSDL) offers no SOAP {number}. Choose the other version.</source>
   <translation>Die Beschreibung des Servers (WSDL) bietet kein SOAP {number}. Wählen Sie die andere Version.</translation>
  </message>
  <message>
   <source>The server's description of the module is not what it should be.</source>
   <translation>Die Beschreibung des Moduls vom Server ist unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's directory (LDAP) refuses this user. Check user name and password.</source>
   <translation>Das Verzeichnis des Servers (LDAP) lehnt diesen Benutzer ab. Prüfen Sie Benutzername und Kennwort.</translation>
  </message>
  <message>
   <source>The server's history is not what it should be.</source>
   <translation>Der Verlauf des Servers ist unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's history settings are not what they should be.</source>
   <translation>Die Verlaufseinstellungen des Servers sind unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's list does not have this value.</source>
   <translation>Die Liste des Servers hat diesen Wert nicht.</translation>
  </message>
  <message>
   <source>The server's list is not what it should be. Try again.</source>
   <translation>Die Liste des Servers ist unbrauchbar. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server's list of changes is not what it should be.</source>
   <translation>Die Änderungsliste des Servers ist unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's list of modules is not what it should be.</source>
   <translation>Die Modulliste des Servers ist unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's local time, in its own culture.</source>
   <translation>Die Ortszeit des Servers, in seiner Form.</translation>
  </message>
  <message>
   <source>The server's login answer is not what it should be.</source>
   <translation>Die Anmeldeantwort des Servers ist unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's own history could not be read: {why}</source>
   <translation>Der Verlauf des Servers konnte nicht gelesen werden: {why}</translation>
  </message>
  <message>
   <source>The server's related lists are not what they should be.</source>
   <translation>Die verknüpften Listen vom Server sind unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's related records are not what they should be.</source>
   <translation>Die verknüpften Datensätze vom Server sind unbrauchbar.</translation>
  </message>
  <message>
   <source>The server's rows are not in the order asked for. Reload the list.</source>
   <translation>Die Zeilen vom Server sind nicht in der verlangten Reihenfolge. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>The server's rows are not what they should be. Try again.</source>
   <translation>Die Zeilen vom Server sind unbrauchbar. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The server’s total, from before your edits: how this CRM adds up is not documented, so it cannot be checked.</source>
   <translation>Die Summe des Servers von vor Ihren Änderungen: Wie dieses CRM rechnet, ist nicht dokumentiert, daher lässt sie sich nicht prüfen.</translation>
  </message>
  <message>
   <source>The server’s {what} is {theirs}, these rules make it {ours}: {difference} apart</source>
   <translation>{what} des Servers: {theirs}, nach diesen Regeln: {ours}; Unterschied {difference}</translation>
  </message>
  <message>
   <source>The service at this address lacks {missing}. Check the address.</source>
   <translation>Dem Dienst unter dieser Adresse fehlt {missing}. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>The session has ended</source>
   <translation>Die Sitzung ist beendet</translation>
  </message>
  <message>
   <source>The session has rested for too long. Sign in again.</source>
   <translation>Die Sitzung hat zu lange geruht. Melden Sie sich neu an.</translation>
  </message>
  <message>
   <source>The session on the server is over. Sign in again.</source>
   <translation>Die Sitzung auf dem Server ist beendet. Melden Sie sich neu an.</translation>
  </message>
  <message>
   <source>The session service at {host} is not the one that was expected.</source>
   <translation>Der Sitzungsdienst auf {host} ist nicht der erwartete.</translation>
  </message>
  <message>
   <source>The session service at {host} opens no sessions. Check the address.</source>
   <translation>Der Sitzungsdienst auf {host} eröffnet keine Sitzungen. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>The session; filled in by this program.</source>
   <translation>Die Sitzung; trägt dieses Programm ein.</translation>
  </message>
  <message>
   <source>The spreadsheet could not compute this cell ({cell}).</source>
   <translation>Das Tabellenprogramm konnte diese Zelle nicht berechnen ({cell}).</translation>
  </message>
  <message>
   <source>The status to set.</source>
   <translation>Der zu setzende Status.</translation>
  </message>
  <message>
   <source>The store cannot be reached: {reason}</source>
   <translation>Der Speicher ist nicht erreichbar: {reason}</translation>
  </message>
  <message>
   <source>The store does not offer encryption, so nothing was sent. Ask who runs it to switch it on; if everybody may read along, write ?sslmode=disable behind its address.</source>
   <translation>Der Speicher bietet keine Verschlüsselung an, deshalb wurde nichts gesendet. Bitten Sie den Betreiber, sie einzuschalten; wenn jeder mitlesen darf, schreiben Sie ?sslmode=disable hinter seine Adresse.</translation>
  </message>
  <message>
   <source>The store refuses this user or its password: {reason}</source>
   <translation>Der Speicher lehnt diesen Benutzer oder sein Kennwort ab: {reason}</translation>
  </message>
  <message>
   <source>The store says: {reason}</source>
   <translation>Der Speicher meldet: {reason}</translation>
  </message>
  <message>
   <source>The system's keychain could not be used.</source>
   <translation>Der Schlüsselbund des Systems war nicht benutzbar.</translation>
  </message>
  <message>
   <source>The system's keychain does not keep what it is given.</source>
   <translation>Der Schlüsselbund des Systems behält nicht, was er bekommt.</translation>
  </message>
  <message>
   <source>The system's keychain is locked.</source>
   <translation>Der Schlüsselbund des Systems ist gesperrt.</translation>
  </message>
  <message>
   <source>The team's copy could not be written.</source>
   <translation>Die Teamkopie konnte nicht geschrieben werden.</translation>
  </message>
  <message>
   <source>The two new passwords differ. Type them again.</source>
   <translation>Die beiden neuen Kennwörter sind verschieden. Geben Sie sie noch einmal ein.</translation>
  </message>
  <message>
   <source>The user may not write in the store: {reason}</source>
   <translation>Der Benutzer darf im Speicher nicht schreiben: {reason}</translation>
  </message>
  <message>
   <source>The user name or the access key is wrong. The access key is not the password: copy it from CRM+, My Preferences, Access key.</source>
   <translation>Benutzername oder Zugriffsschlüssel ist falsch. Der Zugriffsschlüssel ist nicht das Kennwort: Kopieren Sie ihn aus CRM+, Meine Einstellungen, Zugriffsschlüssel.</translation>
  </message>
  <message>
   <source>The user's name.</source>
   <translation>Der Name des Benutzers.</translation>
  </message>
  <message>
   <source>The user's name; filled in by this program.</source>
   <translation>Der Benutzername; trägt dieses Programm ein.</translation>
  </message>
  <message>
   <source>The values do not fit what the server's description asks for.</source>
   <translation>Die Werte passen nicht zu dem, was die Beschreibung des Servers verlangt.</translation>
  </message>
  <message>
   <source>The version of SugarCRM that is imitated.</source>
   <translation>Die nachgeahmte Version von SugarCRM.</translation>
  </message>
  <message>
   <source>The web server asks for a login of its own before OpenCRM answers. Ask your administrator.</source>
   <translation>Der Webserver verlangt eine eigene Anmeldung, bevor OpenCRM antwortet. Fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <source>The web server asks for a login of its own before the CRM answers. Ask your administrator to let this program through.</source>
   <translation>Der Webserver verlangt eine eigene Anmeldung, bevor das CRM antwortet. Bitten Sie Ihren Administrator, dieses Programm durchzulassen.</translation>
  </message>
  <message>
   <source>The web server forbids this address. Ask your administrator whether the web service is open to you.</source>
   <translation>Der Webserver sperrt diese Adresse. Fragen Sie Ihren Administrator, ob der Webservice für Sie freigegeben ist.</translation>
  </message>
  <message>
   <source>The web server of {host} does not let us in. Ask who runs it whether this service is switched on.</source>
   <translation>Der Webserver von {host} lässt uns nicht herein. Fragen Sie den Betreiber, ob dieser Dienst eingeschaltet ist.</translation>
  </message>
  <message>
   <source>The web server turned the request away before OpenCRM saw it. Ask support@opencrm.co.uk whether this computer's address may use the API.</source>
   <translation>Der Webserver hat die Anfrage abgewiesen, bevor OpenCRM sie sah. Fragen Sie support@opencrm.co.uk, ob die Adresse dieses Computers die API benutzen darf.</translation>
  </message>
  <message>
   <source>The web session on the server is over. Sign in again.</source>
   <translation>Die Websitzung auf dem Server ist beendet. Melden Sie sich neu an.</translation>
  </message>
  <message>
   <source>The window follows as soon as every account is unlocked.</source>
   <translation>Das Fenster folgt, sobald alle Konten entsperrt sind.</translation>
  </message>
  <message>
   <source>The window follows at once; what is open and what is pending stays.</source>
   <translation>Das Fenster folgt sofort; was offen und was vorgemerkt ist, bleibt.</translation>
  </message>
  <message>
   <source>The {field} is missing: give it with --secret-env NAME or --secret-stdin.</source>
   <translation>Es fehlt: {field}. Geben Sie es mit --secret-env NAME oder --secret-stdin an.</translation>
  </message>
  <message>
   <source>The {label} of this account is missing; type it in the account's settings.{reason}</source>
   <translation>In diesem Konto fehlt: {label}. Geben Sie es in den Kontoeinstellungen ein.{reason}</translation>
  </message>
  <message numerus="yes">
   <source>The {n} marked rows</source>
   <extracomment>The marked row</extracomment>
   <translation>
    <numerusform>Die markierte Zeile</numerusform>
    <numerusform>Die {n} markierten Zeilen</numerusform>
   </translation>
  </message>
  <message>
   <source>The {what} differs: ours is {ours}, the server's {theirs}.</source>
   <translation>Abweichung ({what}): unser Wert {ours}, der des Servers {theirs}.</translation>
  </message>
  <message>
   <source>The {what} was added, but looking for it failed: {reason}</source>
   <translation>Angelegt ({what}), aber die Suche danach schlug fehl: {reason}</translation>
  </message>
  <message>
   <source>Their types and ids.</source>
   <translation>Ihre Typen und IDs.</translation>
  </message>
  <message>
   <source>Then</source>
   <translation>Danach</translation>
  </message>
  <message>
   <source>There are no documents here.</source>
   <translation>Hier gibt es keine Dokumente.</translation>
  </message>
  <message>
   <source>There are no products.</source>
   <translation>Es gibt keine Produkte.</translation>
  </message>
  <message>
   <source>There are no rows below the names of the columns.</source>
   <translation>Unter den Spaltennamen stehen keine Zeilen.</translation>
  </message>
  <message>
   <source>There is an account “{name}” already; remove it first, or choose another name.</source>
   <translation>Ein Konto „{name}“ gibt es schon; entfernen Sie es zuerst oder wählen Sie einen anderen Namen.</translation>
  </message>
  <message>
   <source>There is no CRM+ web service at this address. Check it: it is where you sign in, and ends in webservice.php.</source>
   <translation>Unter dieser Adresse gibt es keinen CRM+-Webservice. Prüfen Sie sie: Es ist die Adresse, unter der Sie sich anmelden; sie endet auf webservice.php.</translation>
  </message>
  <message>
   <source>There is no OpenCRM at this address. Check it: it is where you sign in, like https://yoursystemname.opencrm.co.uk.</source>
   <translation>Unter dieser Adresse gibt es kein OpenCRM. Prüfen Sie sie: Es ist die Adresse, unter der Sie sich anmelden, wie https://yoursystemname.opencrm.co.uk.</translation>
  </message>
  <message>
   <source>There is no SOAP service at this address of {host}. Check the address.</source>
   <translation>Unter dieser Adresse von {host} gibt es keinen SOAP-Dienst. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>There is no copy of them on this computer. They come when the server answers again.</source>
   <translation>Auf diesem Computer gibt es davon keine Kopie. Die Datensätze kommen, sobald der Server wieder antwortet.</translation>
  </message>
  <message>
   <source>There is no day {given}; write 2026-12-24.</source>
   <translation>Einen Tag {given} gibt es nicht; schreiben Sie 2026-12-24.</translation>
  </message>
  <message>
   <source>There is no file on the server.</source>
   <translation>Auf dem Server liegt keine Datei.</translation>
  </message>
  <message>
   <source>There is no folder {parent}.</source>
   <translation>Einen Ordner {parent} gibt es nicht.</translation>
  </message>
  <message>
   <source>There is no function {unknown}. {example}</source>
   <translation>Eine Funktion {unknown} gibt es nicht. {example}</translation>
  </message>
  <message>
   <source>There is no interface “{wanted}”. Choose REST, SOAP or whichever answers.</source>
   <translation>Eine Schnittstelle „{wanted}“ gibt es nicht. Wählen Sie REST, SOAP oder was antwortet.</translation>
  </message>
  <message>
   <source>There is no list “{relation}” there.</source>
   <translation>Eine Liste „{relation}“ gibt es dort nicht.</translation>
  </message>
  <message>
   <source>There is no local copy of {account} yet: “crmdesk mirror update MODULE …” makes one.</source>
   <translation>Von {account} gibt es noch keine lokale Kopie: „crmdesk mirror update MODULE …“ legt eine an.</translation>
  </message>
  <message>
   <source>There is no local copy of {modules}. Copied are: {copied}.</source>
   <translation>Von {modules} gibt es keine lokale Kopie. Kopiert sind: {copied}.</translation>
  </message>
  <message>
   <source>There is no local copy of {module}. Copied are: {copied}.</source>
   <translation>Von {module} gibt es keine lokale Kopie. Kopiert sind: {copied}.</translation>
  </message>
  <message>
   <source>There is no local copy yet: “crmdesk mirror update MODULE … --account NAME” makes one.</source>
   <translation>Es gibt noch keine lokale Kopie: „crmdesk mirror update MODULE … --account NAME“ legt eine an.</translation>
  </message>
  <message>
   <source>There is no module {module}, or you may not see it. Nothing was sent.</source>
   <translation>Ein Modul {module} gibt es nicht, oder Sie dürfen es nicht sehen. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>There is no module “{name}” for this user.</source>
   <translation>Ein Modul „{name}“ gibt es für diesen Benutzer nicht.</translation>
  </message>
  <message>
   <source>There is no module “{name}” for this user.{hint}</source>
   <translation>Ein Modul „{name}“ gibt es für diesen Benutzer nicht.{hint}</translation>
  </message>
  <message>
   <source>There is no operation “{name}” on this server.</source>
   <translation>Eine Operation „{name}“ gibt es auf diesem Server nicht.</translation>
  </message>
  <message>
   <source>There is no operation “{name}”. Choose one of: {known}.</source>
   <translation>Eine Operation „{name}“ gibt es nicht. Wählen Sie eine von: {known}.</translation>
  </message>
  <message>
   <source>There is no proxy named {proxy}. Check the proxy's address.</source>
   <translation>Einen Proxy namens {proxy} gibt es nicht. Prüfen Sie die Adresse des Proxys.</translation>
  </message>
  <message>
   <source>There is no room left on the disk for the local copy. What was copied so far stays; make room and update again.</source>
   <translation>Auf dem Datenträger ist kein Platz mehr für die lokale Kopie. Was schon kopiert ist, bleibt; schaffen Sie Platz und aktualisieren Sie noch einmal.</translation>
  </message>
  <message>
   <source>There is no server named {host}. Check the address and the network.</source>
   <translation>Einen Server namens {host} gibt es nicht. Prüfen Sie Adresse und Netzwerk.</translation>
  </message>
  <message>
   <source>There is no session yet. Sign in first.</source>
   <translation>Es gibt noch keine Sitzung. Melden Sie sich zuerst an.</translation>
  </message>
  <message>
   <source>There is no such place on the server.</source>
   <translation>Diese Stelle gibt es auf dem Server nicht.</translation>
  </message>
  <message>
   <source>There is no such record on the server.</source>
   <translation>Einen solchen Datensatz gibt es auf dem Server nicht.</translation>
  </message>
  <message>
   <source>There is no such record.</source>
   <translation>Diesen Datensatz gibt es nicht.</translation>
  </message>
  <message>
   <source>There is no time zone “{name}”. Write it like Europe/Berlin, or leave it empty.</source>
   <translation>Eine Zeitzone „{name}“ gibt es nicht. Schreiben Sie zum Beispiel Europe/Berlin, oder lassen Sie sie leer.</translation>
  </message>
  <message>
   <source>There is no time zone “{name}”. Write it like Europe/London, or leave it empty.</source>
   <translation>Eine Zeitzone „{name}“ gibt es nicht. Schreiben Sie zum Beispiel Europe/London, oder lassen Sie sie leer.</translation>
  </message>
  <message>
   <source>There is no vendor “{vendor}”. Choose one of: {known}.</source>
   <translation>Einen Anbieter „{vendor}“ gibt es nicht. Wählen Sie einen von diesen: {known}.</translation>
  </message>
  <message>
   <source>There is no way to {host} from here. Check the network or the VPN.</source>
   <translation>Von hier führt kein Weg zu {host}. Prüfen Sie Netzwerk oder VPN.</translation>
  </message>
  <message>
   <source>There is nothing to change</source>
   <translation>Es gibt nichts zu ändern</translation>
  </message>
  <message>
   <source>There is nothing to choose from.</source>
   <translation>Es gibt nichts zur Auswahl.</translation>
  </message>
  <message>
   <source>These changes were begun on {host}, the account now points to {host_of}. Nothing was sent. Discard them and open the account again, or change its address back.</source>
   <translation>Diese Änderungen wurden auf {host} begonnen, das Konto zeigt jetzt auf {host_of}. Es wurde nichts gesendet. Verwerfen Sie sie und öffnen Sie das Konto neu, oder stellen Sie die Adresse zurück.</translation>
  </message>
  <message>
   <source>These files would go into one zip on this computer. Read them here first: keys and passwords are masked. What your records hold goes in only if you tick it. Nothing is sent.</source>
   <translation>Diese Dateien kämen in eine ZIP-Datei auf diesem Computer. Lesen Sie sie hier zuerst: Schlüssel und Kennwörter sind unkenntlich. Was in Ihren Datensätzen steht, kommt nur hinein, wenn Sie es ankreuzen. Nichts wird gesendet.</translation>
  </message>
  <message numerus="yes">
   <source>They are in {n} records.</source>
   <extracomment>All of it is in 1 record.</extracomment>
   <translation>
    <numerusform>Alles steht in 1 Datensatz.</numerusform>
    <numerusform>Sie stehen in {n} Datensätzen.</numerusform>
   </translation>
  </message>
  <message>
   <source>They stay in the list with their reason and are not staged.</source>
   <translation>Sie bleiben mit ihrem Grund in der Liste und werden nicht vorgemerkt.</translation>
  </message>
  <message>
   <source>This API key may not do that: {given} Ask your administrator for a key with more rights.</source>
   <translation>Dieser API-Schlüssel darf das nicht: {given} Bitten Sie Ihren Administrator um einen Schlüssel mit mehr Rechten.</translation>
  </message>
  <message>
   <source>This CRM does not keep the order of lines.</source>
   <translation>Dieses CRM behält die Reihenfolge der Positionen nicht.</translation>
  </message>
  <message>
   <source>This CRM does not offer: {capability}.</source>
   <translation>Dieses CRM bietet nicht: {capability}.</translation>
  </message>
  <message>
   <source>This CRM does not take new documents with lines.</source>
   <translation>Dieses CRM nimmt keine neuen Belege mit Positionen an.</translation>
  </message>
  <message>
   <source>This CRM does not take new {records} with lines from outside.</source>
   <translation>Dieses CRM nimmt von außen keine neuen {records} mit Positionen an.</translation>
  </message>
  <message>
   <source>This CRM does not tell its history. What you see is what this computer did.</source>
   <translation>Dieses CRM gibt keinen Verlauf heraus. Sie sehen, was von diesem Computer aus geschah.</translation>
  </message>
  <message>
   <source>This CRM does not tell where its own pages are.</source>
   <translation>Dieses CRM sagt nicht, wo seine eigenen Seiten sind.</translation>
  </message>
  <message>
   <source>This CRM has no switch for its workflows: --no-events cannot be kept.</source>
   <translation>Dieses CRM hat keinen Schalter für seine Workflows: --no-events ist nicht möglich.</translation>
  </message>
  <message>
   <source>This CRM makes it itself.</source>
   <translation>Dieses CRM macht es selbst.</translation>
  </message>
  <message>
   <source>This CRM takes lines of documents it has.</source>
   <translation>Dieses CRM nimmt Positionen nur zu Belegen an, die es hat.</translation>
  </message>
  <message>
   <source>This account is open in another window of crmdesk. Close it there first: two windows would overwrite each other's pending changes.</source>
   <translation>Dieses Konto ist in einem anderen Fenster von crmdesk offen. Schließen Sie es dort zuerst: Zwei Fenster würden einander die vorgemerkten Änderungen überschreiben.</translation>
  </message>
  <message>
   <source>This account is set to read only.</source>
   <translation>Dieses Konto ist schreibgeschützt.</translation>
  </message>
  <message>
   <source>This account is set to read only. Change its environment in the account's settings.</source>
   <translation>Dieses Konto ist schreibgeschützt. Ändern Sie seine Umgebung in den Kontoeinstellungen.</translation>
  </message>
  <message>
   <source>This account is set to read only. Nothing was sent.</source>
   <translation>Dieses Konto ist schreibgeschützt. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>This account is set to read only: nothing can be sent. You can save the changes as a file, or change the environment in the account's settings.</source>
   <translation>Dieses Konto ist schreibgeschützt: Es kann nichts gesendet werden. Sie können die Änderungen als Datei speichern oder die Umgebung in den Kontoeinstellungen ändern.</translation>
  </message>
  <message>
   <source>This account is set to read only; its settings can be changed with Ctrl+Shift+E.</source>
   <translation>Dieses Konto ist schreibgeschützt; seine Einstellungen ändern Sie mit Strg+Umschalt+E.</translation>
  </message>
  <message>
   <source>This account used to sign in as {known}, the server now says {now}. {next_step}</source>
   <translation>Dieses Konto meldete sich bisher als {known} an, der Server sagt jetzt {now}. {next_step}</translation>
  </message>
  <message>
   <source>This account's file was written by a newer version of crmdesk. Install that version.</source>
   <translation>Die Datei dieses Kontos stammt von einer neueren Version von crmdesk. Installieren Sie diese Version.</translation>
  </message>
  <message>
   <source>This address is not encrypted: everybody on the way can read key and data. Use https:// if you can.</source>
   <translation>Diese Adresse ist nicht verschlüsselt: Unterwegs kann jeder Schlüssel und Daten mitlesen. Verwenden Sie möglichst https://.</translation>
  </message>
  <message>
   <source>This application token does not have the right. Ask your administrator for a token with more rights.</source>
   <translation>Dieses Anwendungs-Token hat das Recht nicht. Bitten Sie Ihren Administrator um ein Token mit mehr Rechten.</translation>
  </message>
  <message>
   <source>This batch was applied to {there}; the account now points to {host}. Change its address back first.</source>
   <translation>Dieser Vorgang wurde auf {there} angewendet; das Konto zeigt jetzt auf {host}. Stellen Sie zuerst die Adresse zurück.</translation>
  </message>
  <message>
   <source>This cannot be computed from these values: {first_line}.</source>
   <translation>Das lässt sich aus diesen Werten nicht berechnen: {first_line}.</translation>
  </message>
  <message>
   <source>This cannot be computed here: {first_line}.</source>
   <translation>Das lässt sich hier nicht berechnen: {first_line}.</translation>
  </message>
  <message>
   <source>This cell has no value that was stored.</source>
   <translation>Diese Zelle hat keinen gespeicherten Wert.</translation>
  </message>
  <message>
   <source>This change cannot be taken back from here.</source>
   <translation>Diese Änderung lässt sich von hier nicht zurücknehmen.</translation>
  </message>
  <message>
   <source>This changes {wanted} records in the production account {profile}</source>
   <translation>Das ändert {wanted} Datensätze im Produktivkonto {profile}</translation>
  </message>
  <message>
   <source>This computer has no program for {file}. Save it instead.</source>
   <translation>Dieser Computer hat kein Programm für {file}. Speichern Sie die Datei stattdessen.</translation>
  </message>
  <message>
   <source>This computer says no</source>
   <translation>Dieser Computer lässt es nicht zu</translation>
  </message>
  <message>
   <source>This divides by zero.</source>
   <translation>Hier wird durch null geteilt.</translation>
  </message>
  <message>
   <source>This document has no file on the server.</source>
   <translation>Zu diesem Dokument liegt keine Datei auf dem Server.</translation>
  </message>
  <message>
   <source>This document has no lines</source>
   <translation>Dieser Beleg hat keine Positionen</translation>
  </message>
  <message>
   <source>This document is a link. Open it in a browser: {to}</source>
   <translation>Dieses Dokument ist ein Link. Öffnen Sie ihn im Browser: {to}</translation>
  </message>
  <message>
   <source>This document was sent</source>
   <translation>Dieser Beleg wurde gesendet</translation>
  </message>
  <message>
   <source>This expression cannot be read. {example}</source>
   <translation>Dieser Ausdruck ist nicht lesbar. {example}</translation>
  </message>
  <message>
   <source>This field must be filled.</source>
   <translation>Dieses Feld muss ausgefüllt sein.</translation>
  </message>
  <message>
   <source>This file cannot be read: {reason}.</source>
   <translation>Diese Datei kann nicht gelesen werden: {reason}.</translation>
  </message>
  <message>
   <source>This file holds no certificate in PEM form.</source>
   <translation>Diese Datei enthält kein Zertifikat im PEM-Format.</translation>
  </message>
  <message>
   <source>This filter cannot be read. {example}</source>
   <translation>Dieser Filter ist nicht lesbar. {example}</translation>
  </message>
  <message>
   <source>This filter holds more than conditions. {example}</source>
   <translation>Dieser Filter enthält mehr als Bedingungen. {example}</translation>
  </message>
  <message>
   <source>This gives neither a text nor a number nor a date.</source>
   <translation>Das ergibt weder Text noch Zahl noch Datum.</translation>
  </message>
  <message>
   <source>This is SugarCRM's newer service. Give the address that ends in /soap.php.</source>
   <translation>Das ist der neuere Dienst von SugarCRM. Geben Sie die Adresse an, die auf /soap.php endet.</translation>
  </message>
  <message>
   <source>This is a formula without a stored value. Open the file in your spreadsheet program and save it there.</source>
   <translation>Das ist eine Formel ohne gespeicherten Wert. Öffnen Sie die Datei in Ihrem Tabellenprogramm und speichern Sie sie dort.</translation>
  </message>
  <message>
   <source>This is a mistake in the program, not in your data.</source>
   <translation>Das ist ein Fehler im Programm, nicht in Ihren Daten.</translation>
  </message>
  <message>
   <source>This is a mistake in the program, not in your data. Staged changes are safe on this computer. Copy the details for whoever looks after crmdesk.</source>
   <translation>Das ist ein Fehler im Programm, nicht in Ihren Daten. Vorgemerkte Änderungen sind auf diesem Computer sicher. Kopieren Sie die Details für die, die crmdesk betreuen.</translation>
  </message>
  <message>
   <source>This is a production account. {once}</source>
   <translation>Dies ist ein Produktivkonto. {once}</translation>
  </message>
  <message>
   <source>This is no SELECT that can be understood: {first_line}</source>
   <translation>Das ist kein verständliches SELECT: {first_line}</translation>
  </message>
  <message>
   <source>This is no address that begins with https://. Nothing was changed.</source>
   <translation>Das ist keine Adresse, die mit https:// beginnt. Es wurde nichts geändert.</translation>
  </message>
  <message>
   <source>This is no web address. It looks like https://crm.example.com/</source>
   <translation>Das ist keine Webadresse. Sie sieht so aus: https://crm.example.com/</translation>
  </message>
  <message>
   <source>This is not a number.</source>
   <translation>Das ist keine Zahl.</translation>
  </message>
  <message>
   <source>This is the address of SugarCRM's newer service. Give the address of the CRM itself, up to “/service”.</source>
   <translation>Das ist die Adresse des neueren Dienstes von SugarCRM. Geben Sie die Adresse des CRM selbst an, bis „/service“.</translation>
  </message>
  <message>
   <source>This lead has been converted already. Reload the list.</source>
   <translation>Dieser Lead wurde schon umgewandelt. Laden Sie die Liste neu.</translation>
  </message>
  <message>
   <source>This line is to be removed. Discard the removal to keep it.</source>
   <translation>Diese Position soll entfernt werden. Verwerfen Sie das Entfernen, um sie zu behalten.</translation>
  </message>
  <message>
   <source>This line names no change of a record, so nothing of it can be taken back.</source>
   <translation>Diese Zeile nennt keine Änderung eines Datensatzes, daher lässt sich daran nichts zurücknehmen.</translation>
  </message>
  <message>
   <source>This moves nothing: choose something else to turn.</source>
   <translation>Das ändert nichts an der Summe: Wählen Sie etwas anderes.</translation>
  </message>
  <message>
   <source>This new document was discarded</source>
   <translation>Dieser neue Beleg wurde verworfen</translation>
  </message>
  <message>
   <source>This one is kept</source>
   <translation>Dieser bleibt</translation>
  </message>
  <message>
   <source>This one:</source>
   <translation>Dieser:</translation>
  </message>
  <message>
   <source>This order cannot be read: {part}. Write for example: name, modifiedtime desc</source>
   <translation>Diese Sortierung ist nicht lesbar: {part}. Schreiben Sie zum Beispiel: name, modifiedtime desc</translation>
  </message>
  <message>
   <source>This page is drawn from copies on this computer: pipeline, orders and invoices by month, open quotes, customers.</source>
   <translation>Diese Seite entsteht aus Kopien auf diesem Computer: Pipeline, Aufträge und Rechnungen je Monat, offene Angebote, Kunden.</translation>
  </message>
  <message>
   <source>This part of the filter cannot be read: {sql}. {example}</source>
   <translation>Dieser Teil des Filters ist nicht lesbar: {sql}. {example}</translation>
  </message>
  <message>
   <source>This recipe is no TOML: {error}.</source>
   <translation>Dieses Rezept ist kein TOML: {error}.</translation>
  </message>
  <message>
   <source>This record has no lines to edit. Choose a quote, an order or an invoice.</source>
   <translation>Dieser Datensatz hat keine Positionen. Wählen Sie ein Angebot, einen Auftrag oder eine Rechnung.</translation>
  </message>
  <message>
   <source>This record has pending changes of yours. Apply or discard them, then undo again.</source>
   <translation>An diesem Datensatz haben Sie Änderungen vorgemerkt. Wenden Sie sie an oder verwerfen Sie sie, dann machen Sie noch einmal rückgängig.</translation>
  </message>
  <message>
   <source>This record is no longer on the server: somebody deleted it, or you may not see it any longer.</source>
   <translation>Dieser Datensatz ist nicht mehr auf dem Server: Jemand hat ihn gelöscht, oder Sie dürfen ihn nicht mehr sehen.</translation>
  </message>
  <message>
   <source>This record no longer matches the filter it was chosen by ({given}).</source>
   <translation>Dieser Datensatz passt nicht mehr zu dem Filter, mit dem er gewählt wurde ({given}).</translation>
  </message>
  <message>
   <source>This row is being read</source>
   <translation>Diese Zeile wird gelesen</translation>
  </message>
  <message>
   <source>This server does not carry this out: it says the method is not implemented.</source>
   <translation>Dieser Server führt das nicht aus: Er sagt, die Methode sei nicht implementiert.</translation>
  </message>
  <message>
   <source>This server does not describe its fields. These are the ones seen so far; there may be more.</source>
   <translation>Dieser Server beschreibt seine Felder nicht. Dies sind die bisher gesehenen; es kann weitere geben.</translation>
  </message>
  <message>
   <source>This server does not know this operation.</source>
   <translation>Dieser Server kennt diese Operation nicht.</translation>
  </message>
  <message>
   <source>This server does not list them.</source>
   <translation>Dieser Server listet sie nicht auf.</translation>
  </message>
  <message>
   <source>This server does not offer it: {shown}</source>
   <translation>Dieser Server bietet das nicht an: {shown}</translation>
  </message>
  <message>
   <source>This server does not offer the SOAP version of the account's settings. Choose “any”.</source>
   <translation>Dieser Server bietet die SOAP-Version der Kontoeinstellungen nicht an. Wählen Sie „Beliebig“.</translation>
  </message>
  <message>
   <source>This server does not offer this operation.</source>
   <translation>Dieser Server bietet diese Operation nicht an.</translation>
  </message>
  <message>
   <source>This server does not offer {manager}.{name}.</source>
   <translation>Dieser Server bietet {manager}.{name} nicht an.</translation>
  </message>
  <message>
   <source>This server does not offer {operation} as it is documented.</source>
   <translation>Dieser Server bietet {operation} nicht so an, wie dokumentiert.</translation>
  </message>
  <message>
   <source>This server does not offer {operation}.</source>
   <translation>Dieser Server bietet {operation} nicht an.</translation>
  </message>
  <message>
   <source>This server has no link between these two kinds of records.</source>
   <translation>Dieser Server hat keine Verknüpfung zwischen diesen beiden Arten von Datensätzen.</translation>
  </message>
  <message>
   <source>This server has no {name}.</source>
   <translation>Dieser Server hat {name} nicht.</translation>
  </message>
  <message>
   <source>This server is a {family} and does not know {spec}.</source>
   <translation>Dieser Server ist ein {family} und kennt {spec} nicht.</translation>
  </message>
  <message>
   <source>This server is too old or too different: it does not know this operation.</source>
   <translation>Dieser Server ist zu alt oder zu verschieden: Er kennt diese Operation nicht.</translation>
  </message>
  <message>
   <source>This server keeps no document without lines. Add another line first.</source>
   <translation>Dieser Server behält keinen Beleg ohne Positionen. Fügen Sie zuerst eine andere hinzu.</translation>
  </message>
  <message>
   <source>This server offers no list of {plural} over SOAP, only a search for one field: add a condition with = to find some, or use the REST interface (account settings).</source>
   <translation>Dieser Server bietet über SOAP keine Liste, nur die Suche nach einem Feld ({plural}): Fügen Sie eine Bedingung mit = hinzu oder verwenden Sie die REST-Schnittstelle (Kontoeinstellungen).</translation>
  </message>
  <message>
   <source>This server offers no list of {plural} over SOAP, only single ones by their number.</source>
   <translation>Dieser Server bietet über SOAP keine Liste ({plural}), nur einzelne über ihre Nummer.</translation>
  </message>
  <message>
   <source>This server takes files over its web service and hands none out. Open the record in the CRM's own pages to fetch the file.</source>
   <translation>Dieser Server nimmt über seinen Webservice Dateien an, gibt aber keine heraus. Öffnen Sie den Datensatz auf den Seiten des CRM, um die Datei zu holen.</translation>
  </message>
  <message>
   <source>This server takes links away only in its own web pages.</source>
   <translation>Dieser Server löst Verknüpfungen nur auf seinen eigenen Webseiten.</translation>
  </message>
  <message>
   <source>This server takes new {plural} over SOAP, but does not show them.</source>
   <translation>Dieser Server nimmt über SOAP neue {plural} an, zeigt sie aber nicht.</translation>
  </message>
  <message>
   <source>This server was {known}, it now says {now}. {next_step}</source>
   <translation>Dieser Server war {known}, jetzt sagt er {now}. {next_step}</translation>
  </message>
  <message>
   <source>This shows your pending changes; the server does not have them yet.</source>
   <translation>Zeigt Ihre vorgemerkten Änderungen; der Server hat sie noch nicht.</translation>
  </message>
  <message>
   <source>This system does not know {operation}.</source>
   <translation>Dieses System kennt {operation} nicht.</translation>
  </message>
  <message>
   <source>This system has no price list (linked data is off): type the line instead of choosing it.</source>
   <translation>Dieses System hat keine Preisliste (verknüpfte Daten sind aus): Tippen Sie die Position ein, statt sie zu wählen.</translation>
  </message>
  <message>
   <source>This system offers no keychain.</source>
   <translation>Dieses System hat keinen Schlüsselbund.</translation>
  </message>
  <message>
   <source>This text would be longer than {max_text} characters.</source>
   <translation>Dieser Text wäre länger als {max_text} Zeichen.</translation>
  </message>
  <message>
   <source>This user has no access key yet. Create one in CRM+, My Preferences, Access key.</source>
   <translation>Dieser Benutzer hat noch keinen Zugriffsschlüssel. Legen Sie einen an: CRM+, Meine Einstellungen, Zugriffsschlüssel.</translation>
  </message>
  <message>
   <source>This user is locked after too many failed sign-ins. Ask the administrator to unlock it, then sign in again.</source>
   <translation>Dieser Benutzer ist nach zu vielen Fehlversuchen gesperrt. Bitten Sie den Administrator, ihn zu entsperren, und melden Sie sich dann neu an.</translation>
  </message>
  <message>
   <source>This user may not use the web service. Ask your administrator.</source>
   <translation>Dieser Benutzer darf den Webservice nicht benutzen. Fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <source>This was sent{when} already, no answer came, and the server does not tell whether it was done. Look for the record; the journal lets you say what became of it.</source>
   <translation>Das wurde{when} schon gesendet, es kam keine Antwort, und der Server sagt nicht, ob es ausgeführt wurde. Suchen Sie den Datensatz; im Journal können Sie angeben, was daraus wurde.</translation>
  </message>
  <message>
   <source>This would change {wanted} records in a production account. Nothing was sent: confirm that number first.</source>
   <translation>Das würde {wanted} Datensätze in einem Produktivkonto ändern. Es wurde nichts gesendet: Bestätigen Sie zuerst diese Anzahl.</translation>
  </message>
  <message>
   <source>Tick all</source>
   <translation>Alle anhaken</translation>
  </message>
  <message>
   <source>Tick none</source>
   <translation>Alle abwählen</translation>
  </message>
  <message>
   <source>Ticket</source>
   <translation>Ticket</translation>
  </message>
  <message>
   <source>Tickets</source>
   <translation>Tickets</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>Zeit</translation>
  </message>
  <message>
   <source>Time or expense</source>
   <translation>Zeit oder Auslage</translation>
  </message>
  <message>
   <source>Time zone of the server</source>
   <translation>Zeitzone des Servers</translation>
  </message>
  <message>
   <source>Times and expenses</source>
   <translation>Zeiten und Auslagen</translation>
  </message>
  <message>
   <source>Title or number</source>
   <translation>Titel oder Nummer</translation>
  </message>
  <message>
   <source>Titles</source>
   <translation>Titel</translation>
  </message>
  <message>
   <source>To be filled before it is sent: {names}.</source>
   <translation>Vor dem Senden auszufüllen: {names}.</translation>
  </message>
  <message>
   <source>To the first or last row or column</source>
   <translation>Zur ersten oder letzten Zeile oder Spalte</translation>
  </message>
  <message>
   <source>To the next or the previous control</source>
   <translation>Zum nächsten oder vorigen Element</translation>
  </message>
  <message>
   <source>To the next or the previous field</source>
   <translation>Zum nächsten oder vorigen Feld</translation>
  </message>
  <message>
   <source>Total</source>
   <translation>Summe</translation>
  </message>
  <message>
   <source>Totals {currency}</source>
   <translation>Summen {currency}</translation>
  </message>
  <message>
   <source>Tree</source>
   <translation>Baum</translation>
  </message>
  <message>
   <source>Trouble</source>
   <translation>Problem</translation>
  </message>
  <message>
   <source>Trouble with a record</source>
   <translation>Problem mit einem Datensatz</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Noch einmal versuchen</translation>
  </message>
  <message>
   <source>Try again later; if it stays, show the details below to your administrator.</source>
   <translation>Versuchen Sie es später noch einmal; bleibt es dabei, zeigen Sie Ihrem Administrator die Details unten.</translation>
  </message>
  <message>
   <source>Try now</source>
   <translation>Jetzt versuchen</translation>
  </message>
  <message>
   <source>Try the demo</source>
   <translation>Demo ausprobieren</translation>
  </message>
  <message>
   <source>Try the refused again</source>
   <translation>Abgelehnte neu versuchen</translation>
  </message>
  <message>
   <source>Two columns go to {label}. Choose one of them.</source>
   <translation>Zwei Spalten kommen nach {label}. Wählen Sie eine davon.</translation>
  </message>
  <message>
   <source>Type</source>
   <translation>Typ</translation>
  </message>
  <message>
   <source>Type a SELECT first.</source>
   <translation>Geben Sie zuerst ein SELECT ein.</translation>
  </message>
  <message>
   <source>Type a product name or number…</source>
   <translation>Name oder Nummer eingeben…</translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return, or run one of these:</source>
   <translation>Geben Sie oben eine Abfrage ein und drücken Sie Strg+Return, oder führen Sie eine von diesen aus:</translation>
  </message>
  <message>
   <source>Type a query above and press Ctrl+Return.</source>
   <translation>Geben Sie oben eine Abfrage ein und drücken Sie Strg+Return.</translation>
  </message>
  <message>
   <source>Type a query first, or choose one of the examples.</source>
   <translation>Geben Sie zuerst eine Abfrage ein oder wählen Sie ein Beispiel.</translation>
  </message>
  <message>
   <source>Type a value, or choose “is empty”.</source>
   <translation>Geben Sie einen Wert ein oder wählen Sie „ist leer“.</translation>
  </message>
  <message>
   <source>Type the sum that you wish for.</source>
   <translation>Geben Sie die gewünschte Summe ein.</translation>
  </message>
  <message>
   <source>Type to search</source>
   <translation>Zum Suchen tippen</translation>
  </message>
  <message>
   <source>UTF-8 with a mark</source>
   <translation>UTF-8 mit Kennung</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Rückgängig</translation>
  </message>
  <message>
   <source>Undo of batch {batch}</source>
   <translation>Rückgängig von Vorgang {batch}</translation>
  </message>
  <message>
   <source>Undo of batch {batch}: {summary}</source>
   <translation>Rückgängig von Vorgang {batch}: {summary}</translation>
  </message>
  <message>
   <source>Undo of batch {undoes}: {named}</source>
   <translation>Rückgängig von Vorgang {undoes}: {named}</translation>
  </message>
  <message>
   <source>Undo this batch…</source>
   <translation>Vorgang rückgängig machen…</translation>
  </message>
  <message>
   <source>Undo {0}</source>
   <translation>Rückgängig: {0}</translation>
  </message>
  <message>
   <source>Undo “{what}”</source>
   <translation>„{what}“ rückgängig machen</translation>
  </message>
  <message>
   <source>Undo…</source>
   <translation>Rückgängig…</translation>
  </message>
  <message>
   <source>Unfold pending changes</source>
   <translation>Vorgemerkte Änderungen ausklappen</translation>
  </message>
  <message>
   <source>Unit</source>
   <translation>Einheit</translation>
  </message>
  <message>
   <source>Unix seconds; begin with 1.</source>
   <translation>Unix-Sekunden; beginnen Sie mit 1.</translation>
  </message>
  <message>
   <source>Unknown</source>
   <translation>Unbekannt</translation>
  </message>
  <message>
   <source>Unknown: sent, but no answer came. Look before you send it again.</source>
   <translation>Unbekannt: gesendet, aber es kam keine Antwort. Sehen Sie nach, bevor Sie es noch einmal senden.</translation>
  </message>
  <message>
   <source>Unlink</source>
   <translation>Lösen</translation>
  </message>
  <message>
   <source>Unlinked.</source>
   <translation>Verknüpfung gelöst.</translation>
  </message>
  <message>
   <source>Unlink…</source>
   <translation>Lösen…</translation>
  </message>
  <message>
   <source>Unlock</source>
   <translation>Entsperren</translation>
  </message>
  <message>
   <source>Unlock it to open it.</source>
   <translation>Entsperren Sie das Konto, um es zu öffnen.</translation>
  </message>
  <message>
   <source>Up</source>
   <translation>Nach oben</translation>
  </message>
  <message>
   <source>Update</source>
   <translation>Aktualisieren</translation>
  </message>
  <message>
   <source>Update all</source>
   <translation>Alle aktualisieren</translation>
  </message>
  <message>
   <source>Update copies by themselves</source>
   <translation>Kopien von selbst aktualisieren</translation>
  </message>
  <message>
   <source>Update the copy</source>
   <translation>Kopie aktualisieren</translation>
  </message>
  <message>
   <source>Update this one</source>
   <translation>Diese aktualisieren</translation>
  </message>
  <message>
   <source>Updating the copy</source>
   <translation>Kopie wird aktualisiert</translation>
  </message>
  <message>
   <source>Upload</source>
   <translation>Hochladen</translation>
  </message>
  <message>
   <source>Upload documents</source>
   <translation>Dokumente hochladen</translation>
  </message>
  <message numerus="yes">
   <source>Upload {n} files</source>
   <extracomment>Upload {n} file</extracomment>
   <translation>
    <numerusform>{n} Datei hochladen</numerusform>
    <numerusform>{n} Dateien hochladen</numerusform>
   </translation>
  </message>
  <message>
   <source>Upload…</source>
   <translation>Hochladen…</translation>
  </message>
  <message>
   <source>Use a saved mapping…</source>
   <translation>Gespeicherte Zuordnung verwenden…</translation>
  </message>
  <message>
   <source>Use the account’s own key: {name}</source>
   <translation>Kontoschlüssel nutzen: {name}</translation>
  </message>
  <message>
   <source>User</source>
   <translation>Benutzer</translation>
  </message>
  <message>
   <source>User guide</source>
   <translation>Anleitung</translation>
  </message>
  <message>
   <source>User name</source>
   <translation>Benutzername</translation>
  </message>
  <message>
   <source>User name and access key; vtiger too</source>
   <translation>Name und Zugriffsschlüssel; auch vtiger</translation>
  </message>
  <message>
   <source>User name and password; SuiteCRM too</source>
   <translation>Name und Kennwort; auch SuiteCRM</translation>
  </message>
  <message>
   <source>User name or key is wrong</source>
   <translation>Benutzername oder Schlüssel ist falsch</translation>
  </message>
  <message>
   <source>Users</source>
   <translation>Benutzer</translation>
  </message>
  <message>
   <source>VAT exempt</source>
   <translation>MwSt.-befreit</translation>
  </message>
  <message>
   <source>VAT number</source>
   <translation>USt-IdNr.</translation>
  </message>
  <message>
   <source>Valid until</source>
   <translation>Gültig bis</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Wert</translation>
  </message>
  <message>
   <source>Values</source>
   <translation>Werte</translation>
  </message>
  <message>
   <source>Vendor</source>
   <translation>Anbieter</translation>
  </message>
  <message>
   <source>Vendor's own</source>
   <translation>Anbieterspezifisch</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <source>Versions of this document come first.</source>
   <translation>Fassungen dieses Belegs stehen zuerst.</translation>
  </message>
  <message>
   <source>Wait for an answer</source>
   <translation>Auf Antwort warten</translation>
  </message>
  <message>
   <source>Web address</source>
   <translation>Webadresse</translation>
  </message>
  <message>
   <source>Web service</source>
   <translation>Webservice</translation>
  </message>
  <message>
   <source>Welcome</source>
   <translation>Willkommen</translation>
  </message>
  <message>
   <source>Western (ISO 8859-15)</source>
   <translation>Westlich (ISO 8859-15)</translation>
  </message>
  <message>
   <source>Western (Windows-1252)</source>
   <translation>Westlich (Windows-1252)</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Was</translation>
  </message>
  <message>
   <source>What answered is remembered, so that a key is not tried where it was refused.</source>
   <translation>Was geantwortet hat, wird gemerkt, damit ein Schlüssel nicht dort versucht wird, wo er abgelehnt wurde.</translation>
  </message>
  <message>
   <source>What answers at this address is a web page, not OpenCRM's API. Check the address: it is where you sign in, like https://yoursystemname.opencrm.co.uk.</source>
   <translation>Was unter dieser Adresse antwortet, ist eine Webseite, nicht die API von OpenCRM. Prüfen Sie die Adresse: Es ist die, unter der Sie sich anmelden, wie https://yoursystemname.opencrm.co.uk.</translation>
  </message>
  <message>
   <source>What answers at this address is not a CRM+ web service. Check the address: it is where you sign in, and ends in webservice.php.</source>
   <translation>Was unter dieser Adresse antwortet, ist kein CRM+-Webservice. Prüfen Sie die Adresse: Es ist die, unter der Sie sich anmelden; sie endet auf webservice.php.</translation>
  </message>
  <message>
   <source>What answers at {host} does not speak HTTP. Check address and port.{doubt}</source>
   <translation>Was auf {host} antwortet, spricht kein HTTP. Prüfen Sie Adresse und Port.{doubt}</translation>
  </message>
  <message>
   <source>What answers at {host} is no webCRM. Check the address.</source>
   <translation>Was auf {host} antwortet, ist kein webCRM. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>What are you looking for? Give a name, a number, a city or any part of one.</source>
   <translation>Was suchen Sie? Geben Sie einen Namen, eine Nummer, einen Ort oder einen Teil davon an.</translation>
  </message>
  <message>
   <source>What became of the changes</source>
   <translation>Was aus den Änderungen wurde</translation>
  </message>
  <message>
   <source>What begins so already, and what is empty, stays as it is.</source>
   <translation>Was schon so beginnt und was leer ist, bleibt, wie es ist.</translation>
  </message>
  <message>
   <source>What can be done with this record</source>
   <translation>Was mit diesem Datensatz möglich ist</translation>
  </message>
  <message>
   <source>What changed in {module}</source>
   <translation>Änderungen in {module}</translation>
  </message>
  <message>
   <source>What changed since a moment.</source>
   <translation>Was sich seit einem Zeitpunkt geändert hat.</translation>
  </message>
  <message>
   <source>What changes</source>
   <translation>Was sich ändert</translation>
  </message>
  <message>
   <source>What else refers to these records only the server knows, so a merge waits until it answers. Compare them meanwhile, and mend what differs in the table.</source>
   <translation>Was sonst auf diese Datensätze verweist, weiß nur der Server; zusammengeführt werden kann daher erst, wenn er antwortet. Vergleichen Sie sie inzwischen und berichtigen Sie in der Tabelle, was abweicht.</translation>
  </message>
  <message>
   <source>What ends so already, and what is empty, stays as it is.</source>
   <translation>Was schon so endet und was leer ist, bleibt, wie es ist.</translation>
  </message>
  <message>
   <source>What is filtered or sorted on this computer is not in the query: the server cannot do it.</source>
   <translation>Was auf diesem Computer gefiltert oder sortiert wird, steht nicht in der Abfrage: Der Server kann es nicht.</translation>
  </message>
  <message>
   <source>What is found, as CSV or JSON lines</source>
   <translation>Das Gefundene als CSV oder JSON-Zeilen</translation>
  </message>
  <message>
   <source>What is new</source>
   <translation>Was ist neu</translation>
  </message>
  <message>
   <source>What is new…</source>
   <translation>Was ist neu…</translation>
  </message>
  <message>
   <source>What others changed since, documents, the server's history and modules without a copy are not known until it answers; it is tried again by itself. Your changes wait on this computer.</source>
   <translation>Was andere seitdem geändert haben, Dokumente, der Verlauf auf dem Server und Module ohne Kopie sind erst bekannt, wenn er antwortet; es wird von selbst weiter versucht. Ihre Änderungen warten auf diesem Computer.</translation>
  </message>
  <message>
   <source>What rows become</source>
   <translation>Was aus Zeilen wird</translation>
  </message>
  <message>
   <source>What the history can be asked for.</source>
   <translation>Wonach der Verlauf gefragt werden kann.</translation>
  </message>
  <message>
   <source>What the server tells carries the server's own time.</source>
   <translation>Was vom Server kommt, trägt die Zeit des Servers.</translation>
  </message>
  <message>
   <source>What the table shows</source>
   <translation>Was die Tabelle zeigt</translation>
  </message>
  <message>
   <source>What to do</source>
   <translation>Was zu tun ist</translation>
  </message>
  <message>
   <source>What was deleted in {module}</source>
   <translation>Gelöschtes in {module}</translation>
  </message>
  <message>
   <source>What was found</source>
   <translation>Treffer</translation>
  </message>
  <message>
   <source>What was there before is kept in the journal, from where it can be taken back.</source>
   <translation>Was vorher da war, steht im Journal und lässt sich von dort zurückholen.</translation>
  </message>
  <message>
   <source>What will be sent</source>
   <translation>Was gesendet wird</translation>
  </message>
  <message>
   <source>What would go back</source>
   <translation>Was zurückgehen würde</translation>
  </message>
  <message>
   <source>What would happen</source>
   <translation>Was geschehen würde</translation>
  </message>
  <message>
   <source>What {label} held before was never read.</source>
   <translation>Was vorher in {label} stand, wurde nie gelesen.</translation>
  </message>
  <message>
   <source>What {name} held before was never read.</source>
   <translation>Was vorher in {name} stand, wurde nie gelesen.</translation>
  </message>
  <message>
   <source>When an account is opened, and about every ten minutes while its server answers: what changed there comes into the copy on this computer.</source>
   <translation>Beim Öffnen eines Kontos und danach etwa alle zehn Minuten, solange sein Server antwortet: Was sich dort geändert hat, kommt in die Kopie auf diesem Computer.</translation>
  </message>
  <message>
   <source>When crmdesk starts</source>
   <translation>Beim Start von crmdesk</translation>
  </message>
  <message>
   <source>When loaded</source>
   <translation>Beim Laden</translation>
  </message>
  <message>
   <source>Which</source>
   <translation>Umfang</translation>
  </message>
  <message>
   <source>Which module? Name one, or give the vendor's own query with --native.</source>
   <translation>Welches Modul? Nennen Sie eins oder geben Sie mit --native eine Abfrage des Anbieters an.</translation>
  </message>
  <message>
   <source>Which modules or languages are active.</source>
   <translation>Welche Module oder Sprachen aktiv sind.</translation>
  </message>
  <message>
   <source>Which page; 1 is the first, and what is taken when nothing is given.</source>
   <translation>Welche Seite; 1 ist die erste und gilt, wenn nichts angegeben ist.</translation>
  </message>
  <message>
   <source>Which page; 1 is the first.</source>
   <translation>Welche Seite; 1 ist die erste.</translation>
  </message>
  <message>
   <source>Which record is to be on the list {list} of {title}?</source>
   <translation>Welcher Datensatz soll in die Liste {list} von {title}?</translation>
  </message>
  <message>
   <source>Whichever answers</source>
   <translation>Was antwortet</translation>
  </message>
  <message>
   <source>Whichever answers, REST first</source>
   <translation>Was antwortet, REST zuerst</translation>
  </message>
  <message>
   <source>Who has one of these e-mail addresses.</source>
   <translation>Wer eine dieser E-Mail-Adressen hat.</translation>
  </message>
  <message>
   <source>Who takes part in a meeting.</source>
   <translation>Wer an einer Besprechung teilnimmt.</translation>
  </message>
  <message>
   <source>Who the token belongs to.</source>
   <translation>Wem das Token gehört.</translation>
  </message>
  <message>
   <source>Whole number</source>
   <translation>Ganze Zahl</translation>
  </message>
  <message>
   <source>Whole value</source>
   <translation>Ganzer Wert</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Warum</translation>
  </message>
  <message>
   <source>Why it was left out</source>
   <translation>Warum sie ausgelassen wurde</translation>
  </message>
  <message>
   <source>Wide apart</source>
   <translation>Weit</translation>
  </message>
  <message>
   <source>Wider</source>
   <translation>Breiter</translation>
  </message>
  <message>
   <source>Will be deleted when you review and apply.</source>
   <translation>Wird gelöscht, wenn Sie prüfen und anwenden.</translation>
  </message>
  <message>
   <source>Wished for</source>
   <translation>Gewünscht</translation>
  </message>
  <message>
   <source>With pending changes: {names}</source>
   <translation>Mit vorgemerkten Änderungen: {names}</translation>
  </message>
  <message>
   <source>Without any values.</source>
   <translation>Ohne Werte.</translation>
  </message>
  <message>
   <source>Without key or mouse for so long, or by F12: crmdesk signs out and shows nothing of the account.</source>
   <translation>So lange ohne Taste oder Maus, oder mit F12: crmdesk meldet sich ab und zeigt nichts vom Konto.</translation>
  </message>
  <message>
   <source>Words to look for; a semicolon means or.</source>
   <translation>Gesuchte Wörter; ein Strichpunkt heißt oder.</translation>
  </message>
  <message>
   <source>Words to look for; which fields are searched depends on the module.</source>
   <translation>Gesuchte Wörter; welche Felder durchsucht werden, hängt vom Modul ab.</translation>
  </message>
  <message>
   <source>Work</source>
   <translation>Arbeit</translation>
  </message>
  <message>
   <source>Works in crmdesk, with their licences</source>
   <translation>Werke in crmdesk, mit ihren Lizenzen</translation>
  </message>
  <message>
   <source>Write a mail?</source>
   <translation>Mail schreiben?</translation>
  </message>
  <message>
   <source>Write for example: bill_city = 'Helsinki' and employees &gt; 10</source>
   <translation>Schreiben Sie zum Beispiel: bill_city = 'Helsinki' and employees &gt; 10</translation>
  </message>
  <message>
   <source>Write for example: upper(lastname), or round(unit_price * 1.05, 2)</source>
   <translation>Schreiben Sie zum Beispiel: upper(lastname) oder round(unit_price * 1.05, 2)</translation>
  </message>
  <message>
   <source>Write mail</source>
   <translation>Mail schreiben</translation>
  </message>
  <message>
   <source>Write what to compute.</source>
   <translation>Schreiben Sie, was berechnet wird.</translation>
  </message>
  <message>
   <source>Written as the server's culture does.</source>
   <translation>Geschrieben in der Form des Servers.</translation>
  </message>
  <message>
   <source>Wrong encoding (MÃ¼ller)</source>
   <translation>Falsche Kodierung (MÃ¼ller)</translation>
  </message>
  <message>
   <source>XLSX</source>
   <translation>XLSX</translation>
  </message>
  <message>
   <source>Yes</source>
   <translation>Ja</translation>
  </message>
  <message>
   <source>Yes or no</source>
   <translation>Ja oder Nein</translation>
  </message>
  <message>
   <source>Yes, ask for it</source>
   <translation>Ja, nachfragen</translation>
  </message>
  <message>
   <source>You are offline, and nothing is copied that refers to this record. Its lists come when the server answers again.</source>
   <translation>Sie sind offline, und kopiert ist nichts, was auf diesen Datensatz verweist. Seine Listen kommen, sobald der Server wieder antwortet.</translation>
  </message>
  <message>
   <source>You are offline: a copy holds the values, not the reply they came in. It comes when the server answers.</source>
   <translation>Sie sind offline: Eine Kopie enthält die Werte, nicht die Antwort, in der sie kamen. Diese kommt, sobald der Server antwortet.</translation>
  </message>
  <message>
   <source>You are offline: documents are not copied to this computer. Which ones this record has, and what stands in them, is known when the server answers again.</source>
   <translation>Sie sind offline: Dokumente werden nicht auf diesen Computer kopiert. Welche dieser Datensatz hat und was darin steht, ist bekannt, sobald der Server wieder antwortet.</translation>
  </message>
  <message>
   <source>You are offline: nothing can be compared with the server, and nothing is sent. Your changes wait on this computer; review them when it answers again.</source>
   <translation>Sie sind offline: Nichts kann mit dem Server verglichen werden, und nichts wird gesendet. Ihre Änderungen warten auf diesem Computer; prüfen Sie sie, sobald er wieder antwortet.</translation>
  </message>
  <message>
   <source>You are offline: these lists are out of the copies on this computer. What is not copied, and who else was linked, is known when the server answers again.</source>
   <translation>Sie sind offline: Diese Listen kommen aus den Kopien auf diesem Computer. Was nicht kopiert ist und wer sonst verknüpft wurde, ist bekannt, sobald der Server wieder antwortet.</translation>
  </message>
  <message>
   <source>You are offline: what others did to this record is known when the server answers again.</source>
   <translation>Sie sind offline: Was andere an diesem Datensatz getan haben, ist bekannt, sobald der Server wieder antwortet.</translation>
  </message>
  <message>
   <source>You are offline: what stands here is on the server only. It comes when the server answers again.</source>
   <translation>Sie sind offline: Was hier steht, liegt nur auf dem Server. Es kommt, sobald der Server wieder antwortet.</translation>
  </message>
  <message>
   <source>You can go on working. Should something look wrong, close crmdesk and start it again: your tabs and your changes come back. A report helps to mend it; you see all of it before it is saved.</source>
   <translation>Sie können weiterarbeiten. Sieht etwas falsch aus, schließen Sie crmdesk und starten Sie es neu: Ihre Tabs und Änderungen kommen wieder. Ein Bericht hilft, den Fehler zu beheben; Sie sehen ihn ganz, bevor er gespeichert wird.</translation>
  </message>
  <message>
   <source>You have no right to do this on the server. Ask your administrator.</source>
   <translation>Dazu haben Sie auf dem Server kein Recht. Fragen Sie Ihren Administrator.</translation>
  </message>
  <message>
   <source>You may neither add nor change {0}.</source>
   <translation>Sie dürfen {0} weder anlegen noch ändern.</translation>
  </message>
  <message>
   <source>You may not add {records} there.</source>
   <translation>Sie dürfen dort keine {records} anlegen.</translation>
  </message>
  <message>
   <source>You may not add {records}.</source>
   <translation>Sie dürfen keine {records} anlegen.</translation>
  </message>
  <message>
   <source>You may not change {0}.</source>
   <translation>Sie dürfen {0} nicht ändern.</translation>
  </message>
  <message>
   <source>You may not change {records} any more.</source>
   <translation>Sie dürfen {records} nicht mehr ändern.</translation>
  </message>
  <message>
   <source>You may not change {what}.</source>
   <translation>Sie dürfen {what} nicht ändern.</translation>
  </message>
  <message>
   <source>You may not delete {records}.</source>
   <translation>Sie dürfen keine {records} löschen.</translation>
  </message>
  <message>
   <source>You may not read {module} on the server.</source>
   <translation>Sie dürfen {module} auf dem Server nicht lesen.</translation>
  </message>
  <message>
   <source>You may not {operation} {records}.</source>
   <translation>Sie haben dazu kein Recht: {operation}, {records}.</translation>
  </message>
  <message>
   <source>You need the address of your CRM and a key.</source>
   <translation>Sie brauchen die Adresse Ihres CRM und einen Schlüssel.</translation>
  </message>
  <message>
   <source>You see the copy of {when}. {unknown}</source>
   <translation>Sie sehen die Kopie, Stand {when}. {unknown}</translation>
  </message>
  <message>
   <source>Your account</source>
   <translation>Ihr Konto</translation>
  </message>
  <message>
   <source>Your accounts</source>
   <translation>Ihre Konten</translation>
  </message>
  <message>
   <source>Your accounts could not be read from {path}. Mend or remove that file.</source>
   <translation>Ihre Konten konnten nicht aus {path} gelesen werden. Reparieren oder entfernen Sie diese Datei.</translation>
  </message>
  <message>
   <source>Your accounts could not be saved to {path}.</source>
   <translation>Ihre Konten konnten nicht in {path} gespeichert werden.</translation>
  </message>
  <message>
   <source>Your address</source>
   <translation>Ihre Adresse</translation>
  </message>
  <message numerus="yes">
   <source>Your administrator allows {n} minutes at most.</source>
   <extracomment>Your administrator allows {n} minute at most.</extracomment>
   <translation>
    <numerusform>Ihr Administrator erlaubt höchstens {n} Minute.</numerusform>
    <numerusform>Ihr Administrator erlaubt höchstens {n} Minuten.</numerusform>
   </translation>
  </message>
  <message>
   <source>Your administrator has set this; it cannot be changed here.</source>
   <translation>Das hat Ihr Administrator festgelegt; hier kann es nicht geändert werden.</translation>
  </message>
  <message>
   <source>Your contact</source>
   <translation>Ihr Ansprechpartner</translation>
  </message>
  <message>
   <source>Your id.</source>
   <translation>Ihre ID.</translation>
  </message>
  <message>
   <source>Your mail program opens. You are not asked again about mails until the program ends.</source>
   <translation>Ihr Mailprogramm öffnet sich. Bis zum Programmende werden Sie bei Mails nicht mehr gefragt.</translation>
  </message>
  <message>
   <source>Your own change lies over what was read; it is not sent yet.</source>
   <translation>Ihre eigene Änderung liegt über dem gelesenen Wert; sie ist noch nicht gesendet.</translation>
  </message>
  <message>
   <source>Your set of teams.</source>
   <translation>Ihre Teams.</translation>
  </message>
  <message>
   <source>Your settings could not be read from {file}: {strerror}.</source>
   <translation>Ihre Einstellungen konnten nicht aus {file} gelesen werden: {strerror}.</translation>
  </message>
  <message>
   <source>Your settings could not be saved to {file}.</source>
   <translation>Ihre Einstellungen konnten nicht in {file} gespeichert werden.</translation>
  </message>
  <message>
   <source>Your settings could not be understood. They were put aside as {aside}.</source>
   <translation>Ihre Einstellungen waren nicht verständlich. Sie wurden als {aside} beiseitegelegt.</translation>
  </message>
  <message>
   <source>Your team's id.</source>
   <translation>Die ID Ihres Teams.</translation>
  </message>
  <message>
   <source>Your telephone program opens. You are not asked again about calls until the program ends.</source>
   <translation>Ihr Telefonprogramm öffnet sich. Bis zum Programmende werden Sie bei Anrufen nicht mehr gefragt.</translation>
  </message>
  <message>
   <source>Yours</source>
   <translation>Ihr Wert</translation>
  </message>
  <message>
   <source>a copy that is not whole yet</source>
   <translation>Kopie noch nicht vollständig</translation>
  </message>
  <message>
   <source>a date</source>
   <translation>ein Datum</translation>
  </message>
  <message>
   <source>a date of the original</source>
   <translation>ein Datum des Originals</translation>
  </message>
  <message>
   <source>a date with a time</source>
   <translation>ein Datum mit Uhrzeit</translation>
  </message>
  <message>
   <source>a document without lines</source>
   <translation>einen Beleg ohne Positionen</translation>
  </message>
  <message>
   <source>a fault that befalls every answer, or every so many; may be given several times</source>
   <translation>ein Fehler, der jede Antwort trifft, oder jede so-und-so-vielte; mehrfach möglich</translation>
  </message>
  <message>
   <source>a file</source>
   <translation>eine Datei</translation>
  </message>
  <message>
   <source>a filter with groups inside groups</source>
   <translation>einen Filter mit Gruppen in Gruppen</translation>
  </message>
  <message>
   <source>a filter without alternatives</source>
   <translation>einen Filter ohne Alternativen</translation>
  </message>
  <message>
   <source>a group</source>
   <translation>eine Gruppe</translation>
  </message>
  <message>
   <source>a line has one tax there</source>
   <translation>eine Position hat dort nur eine Steuer</translation>
  </message>
  <message>
   <source>a line holds no {name}.</source>
   <translation>eine Position enthält kein {name}.</translation>
  </message>
  <message>
   <source>a line is one of {kinds}, not {what}.</source>
   <translation>eine Position ist eins von {kinds}, nicht {what}.</translation>
  </message>
  <message>
   <source>a line knows no “{unknown}”; it takes {allowed}.</source>
   <translation>eine Position kennt kein „{unknown}“, sondern {allowed}.</translation>
  </message>
  <message>
   <source>a list</source>
   <translation>eine Liste</translation>
  </message>
  <message>
   <source>a list of {records} over SOAP</source>
   <translation>eine Liste der {records} über SOAP</translation>
  </message>
  <message>
   <source>a list of {records} over SOAP; add a condition with = to search for some</source>
   <translation>eine Liste der {records} über SOAP; fügen Sie zum Suchen eine Bedingung mit = hinzu</translation>
  </message>
  <message>
   <source>a local copy</source>
   <translation>eine lokale Kopie</translation>
  </message>
  <message>
   <source>a local copy of {module}</source>
   <translation>eine lokale Kopie von {module}</translation>
  </message>
  <message>
   <source>a module named {module}</source>
   <translation>ein Modul namens {module}</translation>
  </message>
  <message>
   <source>a module named {name}</source>
   <translation>ein Modul namens {name}</translation>
  </message>
  <message>
   <source>a negated filter, or one without alternatives</source>
   <translation>einen verneinten Filter oder einen ohne Alternativen</translation>
  </message>
  <message>
   <source>a number</source>
   <translation>eine Zahl</translation>
  </message>
  <message>
   <source>a parameter out of the environment: for passwords</source>
   <translation>ein Parameter aus der Umgebung: für Kennwörter</translation>
  </message>
  <message>
   <source>a percentage</source>
   <translation>ein Prozentsatz</translation>
  </message>
  <message>
   <source>a proxy's address, or “none”</source>
   <translation>Adresse eines Proxys, oder „none“</translation>
  </message>
  <message>
   <source>a reference to another record</source>
   <translation>einen Verweis auf einen anderen Datensatz</translation>
  </message>
  <message>
   <source>a saved account</source>
   <translation>ein gespeichertes Konto</translation>
  </message>
  <message>
   <source>a search over all modules</source>
   <translation>eine Suche über alle Module</translation>
  </message>
  <message>
   <source>a tax of {percent} % is not in the company's list</source>
   <translation>eine Steuer von {percent} % steht nicht in der Liste der Firma</translation>
  </message>
  <message>
   <source>a text</source>
   <translation>einen Text</translation>
  </message>
  <message>
   <source>a time</source>
   <translation>eine Uhrzeit</translation>
  </message>
  <message>
   <source>a value of the type {type}</source>
   <translation>ein Wert vom Typ {type}</translation>
  </message>
  <message>
   <source>a value that a query cannot say</source>
   <translation>einen Wert, den eine Abfrage nicht ausdrücken kann</translation>
  </message>
  <message>
   <source>a value that the server's query language cannot say</source>
   <translation>einen Wert, den die Abfragesprache des Servers nicht ausdrücken kann</translation>
  </message>
  <message>
   <source>access key</source>
   <translation>Zugriffsschlüssel</translation>
  </message>
  <message>
   <source>account</source>
   <translation>Konto</translation>
  </message>
  <message>
   <source>account: --account, or --vendor and --url for one that is not saved</source>
   <translation>Konto: --account, oder --vendor und --url für ein nicht gespeichertes</translation>
  </message>
  <message>
   <source>actions</source>
   <translation>Aktionen</translation>
  </message>
  <message>
   <source>adding to “{what}” by choosing; create the record instead</source>
   <translation>das Hinzufügen zu „{what}“ durch Auswählen; legen Sie stattdessen den Datensatz an</translation>
  </message>
  <message>
   <source>adding {records} over SOAP</source>
   <translation>das Anlegen von {records} über SOAP</translation>
  </message>
  <message>
   <source>adding {records} with lines over SOAP</source>
   <translation>das Anlegen von {records} mit Positionen über SOAP</translation>
  </message>
  <message>
   <source>address: {hint}</source>
   <translation>Adresse: {hint}</translation>
  </message>
  <message>
   <source>adjustment</source>
   <translation>Anpassung</translation>
  </message>
  <message>
   <source>administrator</source>
   <translation>Administrator</translation>
  </message>
  <message>
   <source>after</source>
   <translation>nach</translation>
  </message>
  <message>
   <source>allow operations that change data</source>
   <translation>Operationen erlauben, die Daten ändern</translation>
  </message>
  <message>
   <source>already there</source>
   <translation>schon da</translation>
  </message>
  <message>
   <source>also helpers that nobody browses</source>
   <translation>auch Hilfsmodule, die niemand durchsieht</translation>
  </message>
  <message>
   <source>an address that is none</source>
   <translation>eine Adresse, die keine ist</translation>
  </message>
  <message>
   <source>an amount</source>
   <translation>ein Betrag</translation>
  </message>
  <message>
   <source>an operation named {operation}</source>
   <translation>eine Operation namens {operation}</translation>
  </message>
  <message>
   <source>and {n} more</source>
   <translation>und {n} weitere</translation>
  </message>
  <message numerus="yes">
   <source>and {n} more reasons</source>
   <extracomment>and 1 more reason</extracomment>
   <translation>
    <numerusform>und 1 weiterer Grund</numerusform>
    <numerusform>und {n} weitere Gründe</numerusform>
   </translation>
  </message>
  <message>
   <source>another order</source>
   <translation>andere Reihenfolge</translation>
  </message>
  <message>
   <source>any letter</source>
   <translation>beliebiger Buchstabe</translation>
  </message>
  <message>
   <source>any part of it; without --account every account's copy is searched</source>
   <translation>ein beliebiger Teil davon; ohne --account werden die Kopien aller Konten durchsucht</translation>
  </message>
  <message>
   <source>applied</source>
   <translation>angewendet</translation>
  </message>
  <message>
   <source>argument %(argument_name)s: %(message)s</source>
   <translation>Argument %(argument_name)s: %(message)s</translation>
  </message>
  <message>
   <source>as loaded</source>
   <translation>wie geladen</translation>
  </message>
  <message>
   <source>as on the server at {when}</source>
   <translation>Stand des Servers: {when}</translation>
  </message>
  <message>
   <source>as on the server at {when}, {n} with lines</source>
   <translation>Stand: {when}, {n} mit Positionen</translation>
  </message>
  <message>
   <source>as sent</source>
   <translation>wie gesendet</translation>
  </message>
  <message>
   <source>as the vendor documents them</source>
   <translation>wie vom Anbieter dokumentiert</translation>
  </message>
  <message>
   <source>asked</source>
   <translation>gesendet</translation>
  </message>
  <message>
   <source>asking for a field named {field}</source>
   <translation>die Abfrage eines Feldes namens {field}</translation>
  </message>
  <message>
   <source>asking for a field named {name}</source>
   <translation>die Abfrage eines Feldes namens {name}</translation>
  </message>
  <message>
   <source>asking for changes of {records}</source>
   <translation>die Abfrage von Änderungen an {records}</translation>
  </message>
  <message>
   <source>asking for such a record</source>
   <translation>die Abfrage eines solchen Datensatzes</translation>
  </message>
  <message>
   <source>asking the server for a negation</source>
   <translation>die Abfrage einer Verneinung auf dem Server</translation>
  </message>
  <message>
   <source>asking the server for this filter</source>
   <translation>die Abfrage dieses Filters auf dem Server</translation>
  </message>
  <message>
   <source>asking the server for “{op}”</source>
   <translation>die Abfrage „{op}“ auf dem Server</translation>
  </message>
  <message>
   <source>asking the servers of {names}</source>
   <translation>Server von {names} werden gefragt</translation>
  </message>
  <message>
   <source>at</source>
   <translation>um</translation>
  </message>
  <message>
   <source>at least</source>
   <translation>mindestens</translation>
  </message>
  <message>
   <source>at least {least}</source>
   <translation>mindestens {least}</translation>
  </message>
  <message>
   <source>at most</source>
   <translation>höchstens</translation>
  </message>
  <message>
   <source>at most so many batches</source>
   <translation>höchstens so viele Vorgänge</translation>
  </message>
  <message>
   <source>at most so many hits</source>
   <translation>höchstens so viele Treffer</translation>
  </message>
  <message>
   <source>at most so many records</source>
   <translation>höchstens so viele Datensätze</translation>
  </message>
  <message>
   <source>average {0}</source>
   <translation>Durchschnitt {0}</translation>
  </message>
  <message>
   <source>back</source>
   <translation>zurück</translation>
  </message>
  <message>
   <source>bar |</source>
   <translation>Senkrechtstrich |</translation>
  </message>
  <message>
   <source>before</source>
   <translation>vor</translation>
  </message>
  <message>
   <source>begins anew</source>
   <translation>beginnt neu</translation>
  </message>
  <message>
   <source>being copied anew</source>
   <translation>wird neu kopiert</translation>
  </message>
  <message>
   <source>being updated now</source>
   <translation>wird gerade aktualisiert</translation>
  </message>
  <message>
   <source>belongs to the original alone</source>
   <translation>gehört nur zum Original</translation>
  </message>
  <message>
   <source>bring a team's copy up to date as well: postgresql://user@host/database; its password from the keychain, or --secret-env store=NAME</source>
   <translation>auch eine Teamkopie aktualisieren: postgresql://user@host/database; ihr Kennwort aus dem Schlüsselbund oder mit --secret-env store=NAME</translation>
  </message>
  <message>
   <source>by the server</source>
   <translation>vom Server</translation>
  </message>
  <message numerus="yes">
   <source>by up to {n} columns</source>
   <extracomment>by one column</extracomment>
   <translation>
    <numerusform>nach einer Spalte</numerusform>
    <numerusform>nach bis zu {n} Spalten</numerusform>
   </translation>
  </message>
  <message>
   <source>cannot</source>
   <translation>geht nicht</translation>
  </message>
  <message>
   <source>cannot be applied</source>
   <translation>nicht anwendbar</translation>
  </message>
  <message>
   <source>cannot be told</source>
   <translation>nicht zu erkennen</translation>
  </message>
  <message>
   <source>change</source>
   <translation>Änderung</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>geändert</translation>
  </message>
  <message>
   <source>changed since</source>
   <translation>seither geändert</translation>
  </message>
  <message>
   <source>changed since: this batch wrote {value}</source>
   <translation>seither geändert: dieser Vorgang schrieb {value}</translation>
  </message>
  <message>
   <source>changed, was {value}</source>
   <translation>geändert, war {value}</translation>
  </message>
  <message>
   <source>changes</source>
   <translation>Änderungen</translation>
  </message>
  <message>
   <source>changes as a file</source>
   <translation>Änderungen als Datei</translation>
  </message>
  <message>
   <source>changes data</source>
   <translation>ändert Daten</translation>
  </message>
  <message>
   <source>changing lines: the server does not say what their fields are called</source>
   <translation>das Ändern von Positionen: Der Server sagt nicht, wie ihre Felder heißen</translation>
  </message>
  <message>
   <source>changing the lines of {records} over SOAP</source>
   <translation>das Ändern der Positionen von {records} über SOAP</translation>
  </message>
  <message>
   <source>changing the list “{label_of}”</source>
   <translation>das Ändern der Liste „{label_of}“</translation>
  </message>
  <message>
   <source>changing {records} over SOAP</source>
   <translation>das Ändern von {records} über SOAP</translation>
  </message>
  <message>
   <source>charges</source>
   <translation>Zuschläge</translation>
  </message>
  <message>
   <source>check a file of changes against the server and send it</source>
   <translation>eine Datei mit Änderungen gegen den Server prüfen und senden</translation>
  </message>
  <message>
   <source>checked just now: no conflicts</source>
   <translation>gerade geprüft: keine Konflikte</translation>
  </message>
  <message>
   <source>checking portal logins</source>
   <translation>das Prüfen von Portal-Anmeldungen</translation>
  </message>
  <message>
   <source>checking portal logins as documented: it takes {parts}</source>
   <translation>das Prüfen von Portal-Anmeldungen wie dokumentiert: Es verlangt {parts}</translation>
  </message>
  <message>
   <source>choices, refers to</source>
   <translation>Auswahl, verweist auf</translation>
  </message>
  <message>
   <source>choose a product.</source>
   <translation>wählen Sie ein Produkt.</translation>
  </message>
  <message>
   <source>choose its product anew; the one it names is none of this CRM's</source>
   <translation>wählen Sie ihr Produkt neu; das genannte gibt es in diesem CRM nicht</translation>
  </message>
  <message>
   <source>chosen</source>
   <translation>gewählt</translation>
  </message>
  <message>
   <source>clear</source>
   <translation>leeren</translation>
  </message>
  <message>
   <source>cleared</source>
   <translation>geleert</translation>
  </message>
  <message>
   <source>comma (1.234,5)</source>
   <translation>Komma (1.234,5)</translation>
  </message>
  <message>
   <source>comma ,</source>
   <translation>Komma ,</translation>
  </message>
  <message>
   <source>commands</source>
   <translation>Befehle</translation>
  </message>
  <message>
   <source>company</source>
   <translation>Firma</translation>
  </message>
  <message>
   <source>compared {done} of {total}</source>
   <translation>{done} von {total} verglichen</translation>
  </message>
  <message>
   <source>comparing with the server …</source>
   <translation>Vergleich mit dem Server …</translation>
  </message>
  <message>
   <source>conflict</source>
   <translation>Konflikt</translation>
  </message>
  <message>
   <source>contains</source>
   <translation>enthält</translation>
  </message>
  <message>
   <source>copy modules, or bring their copies up to date</source>
   <translation>Module kopieren oder ihre Kopien aktualisieren</translation>
  </message>
  <message>
   <source>copy of {when}</source>
   <translation>Kopie {when}</translation>
  </message>
  <message>
   <source>copy them anew instead of asking what changed</source>
   <translation>neu kopieren, statt nach Änderungen zu fragen</translation>
  </message>
  <message>
   <source>coreBOS: the records of one related list; its operation shares the documented one's name, not its verb.</source>
   <translation>coreBOS: die Datensätze einer verknüpften Liste; die Operation hat den dokumentierten Namen, aber ein anderes Verb.</translation>
  </message>
  <message>
   <source>count</source>
   <translation>Anzahl</translation>
  </message>
  <message>
   <source>counting what this filter means</source>
   <translation>das Zählen zu diesem Filter</translation>
  </message>
  <message>
   <source>counts</source>
   <translation>zählt</translation>
  </message>
  <message>
   <source>created</source>
   <translation>angelegt</translation>
  </message>
  <message>
   <source>crmdesk did not end as it should</source>
   <translation>crmdesk wurde nicht richtig beendet</translation>
  </message>
  <message>
   <source>crmdesk keys.txt</source>
   <translation>crmdesk Tasten.txt</translation>
  </message>
  <message>
   <source>crmdesk never installs anything by itself.</source>
   <translation>crmdesk installiert nie etwas von selbst.</translation>
  </message>
  <message>
   <source>crmdesk never writes to this account.</source>
   <translation>crmdesk schreibt nie in dieses Konto.</translation>
  </message>
  <message>
   <source>crmdesk opens saved views, files of changes and tables; {name} is none.</source>
   <translation>crmdesk öffnet gespeicherte Ansichten, Dateien mit Änderungen und Tabellen; {name} ist nichts davon.</translation>
  </message>
  <message>
   <source>crmdesk {version}</source>
   <translation>crmdesk {version}</translation>
  </message>
  <message>
   <source>crmdesk {version} is there; you have {mine}.</source>
   <translation>crmdesk {version} ist da; Sie haben {mine}.</translation>
  </message>
  <message>
   <source>csv has a row for each field</source>
   <translation>csv hat eine Zeile je Feld</translation>
  </message>
  <message>
   <source>dates</source>
   <translation>Datum</translation>
  </message>
  <message>
   <source>day month year</source>
   <translation>Tag Monat Jahr</translation>
  </message>
  <message>
   <source>decimal comma</source>
   <translation>Dezimalkomma</translation>
  </message>
  <message>
   <source>decimal point</source>
   <translation>Dezimalpunkt</translation>
  </message>
  <message>
   <source>default: table</source>
   <translation>Standard: table</translation>
  </message>
  <message>
   <source>delay of each answer</source>
   <translation>Verzögerung jeder Antwort</translation>
  </message>
  <message>
   <source>delete</source>
   <translation>löschen</translation>
  </message>
  <message>
   <source>deleted</source>
   <translation>gelöscht</translation>
  </message>
  <message>
   <source>deleting records</source>
   <translation>das Löschen von Datensätzen</translation>
  </message>
  <message>
   <source>deleting {records} over SOAP</source>
   <translation>das Löschen von {records} über SOAP</translation>
  </message>
  <message>
   <source>differs</source>
   <translation>anders</translation>
  </message>
  <message>
   <source>discount</source>
   <translation>Rabatt</translation>
  </message>
  <message>
   <source>do everything but send</source>
   <translation>alles tun, nur nichts senden</translation>
  </message>
  <message>
   <source>do not import</source>
   <translation>nicht importieren</translation>
  </message>
  <message>
   <source>do not run the server's workflows, where it has the switch</source>
   <translation>die Workflows des Servers nicht ausführen, wenn er den Schalter hat</translation>
  </message>
  <message>
   <source>does not contain</source>
   <translation>enthält nicht</translation>
  </message>
  <message>
   <source>does not count</source>
   <translation>zählt nicht</translation>
  </message>
  <message>
   <source>does not sort</source>
   <translation>sortiert nicht</translation>
  </message>
  <message>
   <source>empty</source>
   <translation>leer</translation>
  </message>
  <message>
   <source>entry {number} of “lines” names a line; a new document has none yet.</source>
   <translation>Eintrag {number} von „lines“ nennt eine Position; ein neuer Beleg hat noch keine.</translation>
  </message>
  <message>
   <source>entry {number} of “lines” needs “line” and “set”.</source>
   <translation>Eintrag {number} von „lines“ braucht „line“ und „set“.</translation>
  </message>
  <message>
   <source>environment</source>
   <translation>Umgebung</translation>
  </message>
  <message>
   <source>every batch, newest first</source>
   <translation>alle Vorgänge, neueste zuerst</translation>
  </message>
  <message>
   <source>expected %s argument</source>
   <translation>%s Wert erwartet</translation>
  </message>
  <message>
   <source>expected %s arguments</source>
   <translation>%s Werte erwartet</translation>
  </message>
  <message>
   <source>expected at least one argument</source>
   <translation>mindestens ein Wert erwartet</translation>
  </message>
  <message>
   <source>expected at most one argument</source>
   <translation>höchstens ein Wert erwartet</translation>
  </message>
  <message>
   <source>expected one argument</source>
   <translation>ein Wert erwartet</translation>
  </message>
  <message>
   <source>field</source>
   <translation>Feld</translation>
  </message>
  <message>
   <source>find records by this column instead of id</source>
   <translation>Datensätze über diese Spalte statt über id finden</translation>
  </message>
  <message>
   <source>forget an account and its secrets; its journal stays</source>
   <translation>ein Konto und seine Geheimnisse entfernen; sein Journal bleibt</translation>
  </message>
  <message>
   <source>forget the copy of some modules, or of all</source>
   <translation>die Kopie einiger oder aller Module entfernen</translation>
  </message>
  <message>
   <source>found by</source>
   <translation>gefunden über</translation>
  </message>
  <message>
   <source>found by the server</source>
   <translation>vom Server gefunden</translation>
  </message>
  <message>
   <source>fresh</source>
   <translation>Stand</translation>
  </message>
  <message>
   <source>from</source>
   <translation>ab</translation>
  </message>
  <message>
   <source>from the local copy (“crmdesk mirror”) alone; the server is not asked</source>
   <translation>nur aus der lokalen Kopie („crmdesk mirror“); der Server wird nicht gefragt</translation>
  </message>
  <message>
   <source>from this computer</source>
   <translation>von diesem Computer</translation>
  </message>
  <message>
   <source>further certificates to trust</source>
   <translation>weitere vertrauenswürdige Zertifikate</translation>
  </message>
  <message>
   <source>gone</source>
   <translation>weg</translation>
  </message>
  <message>
   <source>gross</source>
   <translation>Brutto</translation>
  </message>
  <message>
   <source>groups and lists stand too deep in each other.</source>
   <translation>Gruppen und Listen sind zu tief verschachtelt.</translation>
  </message>
  <message>
   <source>holds what the server has already</source>
   <translation>enthält, was der Server schon hat</translation>
  </message>
  <message>
   <source>how careful to be</source>
   <translation>wie vorsichtig zu verfahren ist</translation>
  </message>
  <message>
   <source>how you want to call it</source>
   <translation>wie es heißen soll</translation>
  </message>
  <message>
   <source>id</source>
   <translation>ID</translation>
  </message>
  <message>
   <source>in the last … days</source>
   <translation>in den letzten … Tagen</translation>
  </message>
  <message>
   <source>in titles, fields, values and reasons</source>
   <translation>in Titeln, Feldern, Werten und Gründen</translation>
  </message>
  <message>
   <source>includes</source>
   <translation>umfasst</translation>
  </message>
  <message>
   <source>instead of MODULE: a query in the vendor's own language, read only</source>
   <translation>statt MODULE: eine Abfrage in der Sprache des Anbieters, nur lesend</translation>
  </message>
  <message>
   <source>invalid choice: %(value)r (choose from %(choices)s)</source>
   <translation>ungültige Auswahl: %(value)r (möglich sind %(choices)s)</translation>
  </message>
  <message>
   <source>invisible or control characters</source>
   <translation>unsichtbare oder Steuerzeichen</translation>
  </message>
  <message>
   <source>is</source>
   <translation>ist</translation>
  </message>
  <message>
   <source>is any of</source>
   <translation>ist eins von</translation>
  </message>
  <message>
   <source>is at least</source>
   <translation>ist mindestens</translation>
  </message>
  <message>
   <source>is at most</source>
   <translation>ist höchstens</translation>
  </message>
  <message>
   <source>is deleted</source>
   <translation>wird gelöscht</translation>
  </message>
  <message>
   <source>is empty</source>
   <translation>ist leer</translation>
  </message>
  <message>
   <source>is exactly</source>
   <translation>ist genau</translation>
  </message>
  <message>
   <source>is less than</source>
   <translation>ist kleiner als</translation>
  </message>
  <message>
   <source>is more than</source>
   <translation>ist größer als</translation>
  </message>
  <message>
   <source>is no</source>
   <translation>ist nein</translation>
  </message>
  <message>
   <source>is none of</source>
   <translation>ist keins von</translation>
  </message>
  <message>
   <source>is not</source>
   <translation>ist nicht</translation>
  </message>
  <message>
   <source>is not empty</source>
   <translation>ist nicht leer</translation>
  </message>
  <message>
   <source>is so already</source>
   <translation>ist schon so</translation>
  </message>
  <message>
   <source>is yes</source>
   <translation>ist ja</translation>
  </message>
  <message>
   <source>it has edits that wait already.</source>
   <translation>für ihn sind schon Änderungen vorgemerkt.</translation>
  </message>
  <message>
   <source>it has neither a product nor a text</source>
   <translation>sie hat weder Produkt noch Text</translation>
  </message>
  <message>
   <source>it has no product. Start pasting in the column of items.</source>
   <translation>sie hat kein Produkt. Fügen Sie ab der Spalte Artikel ein.</translation>
  </message>
  <message>
   <source>it has two discounts; keep one of them.</source>
   <translation>sie hat zwei Rabatte; behalten Sie einen davon.</translation>
  </message>
  <message>
   <source>it is no product and no service; this CRM has no other lines</source>
   <translation>sie ist weder Produkt noch Leistung; andere Positionen hat dieses CRM nicht</translation>
  </message>
  <message>
   <source>it was made by this batch</source>
   <translation>wurde von diesem Vorgang angelegt</translation>
  </message>
  <message>
   <source>its discount is {kind}, which cannot be there</source>
   <translation>der Rabatt ist {kind}, das geht dort nicht</translation>
  </message>
  <message>
   <source>keep</source>
   <translation>behalten</translation>
  </message>
  <message>
   <source>kept</source>
   <translation>bleibt</translation>
  </message>
  <message>
   <source>kind</source>
   <translation>Art</translation>
  </message>
  <message>
   <source>label</source>
   <translation>Beschriftung</translation>
  </message>
  <message>
   <source>leave alone</source>
   <translation>nicht ändern</translation>
  </message>
  <message>
   <source>leave out the first so many</source>
   <translation>so viele am Anfang auslassen</translation>
  </message>
  <message>
   <source>leave row out</source>
   <translation>Zeile auslassen</translation>
  </message>
  <message>
   <source>left out</source>
   <translation>ausgelassen</translation>
  </message>
  <message>
   <source>left out: {title} ({key}) {field}: this batch wrote {wrote}, somebody changed it to {now}</source>
   <translation>ausgelassen: {title} ({key}) {field}: dieser Vorgang schrieb {wrote}, jemand änderte es auf {now}</translation>
  </message>
  <message>
   <source>less than</source>
   <translation>weniger als</translation>
  </message>
  <message>
   <source>let the copy grow to so many megabytes; 0: without limit</source>
   <translation>die Kopie auf so viele Megabyte wachsen lassen; 0: ohne Grenze</translation>
  </message>
  <message>
   <source>letters read in the wrong encoding</source>
   <translation>Buchstaben in falscher Kodierung gelesen</translation>
  </message>
  <message>
   <source>letters that are lost</source>
   <translation>verlorene Buchstaben</translation>
  </message>
  <message>
   <source>like names</source>
   <translation>ähnliche Namen</translation>
  </message>
  <message>
   <source>like takes '%text%' or 'text%' here.</source>
   <translation>like nimmt hier '%text%' oder 'text%'.</translation>
  </message>
  <message>
   <source>line</source>
   <translation>Position</translation>
  </message>
  <message>
   <source>line {0}</source>
   <translation>Zeile {0}</translation>
  </message>
  <message>
   <source>line {key} holds {plain} as {name} by now.</source>
   <translation>Position {key} hat inzwischen {plain} als {name}.</translation>
  </message>
  <message>
   <source>line {n}</source>
   <translation>Position {n}</translation>
  </message>
  <message>
   <source>lines in this kind of record</source>
   <translation>Positionen in dieser Art von Datensatz</translation>
  </message>
  <message>
   <source>lines in {records}</source>
   <translation>Positionen in {records}</translation>
  </message>
  <message>
   <source>lines of sales documents</source>
   <translation>Positionen von Verkaufsbelegen</translation>
  </message>
  <message>
   <source>linked</source>
   <translation>verknüpft</translation>
  </message>
  <message>
   <source>linking these two kinds of records</source>
   <translation>das Verknüpfen dieser beiden Arten von Datensätzen</translation>
  </message>
  <message>
   <source>look for a name, number, phone, e-mail or city in the local copies</source>
   <translation>Name, Nummer, Telefon, E-Mail oder Ort in den lokalen Kopien suchen</translation>
  </message>
  <message>
   <source>made already</source>
   <translation>schon angelegt</translation>
  </message>
  <message>
   <source>make again</source>
   <translation>neu anlegen</translation>
  </message>
  <message>
   <source>modified {when}</source>
   <translation>geändert {when}</translation>
  </message>
  <message>
   <source>modified {when} by {who}</source>
   <translation>geändert {when} von {who}</translation>
  </message>
  <message>
   <source>module</source>
   <translation>Modul</translation>
  </message>
  <message>
   <source>month day year</source>
   <translation>Monat Tag Jahr</translation>
  </message>
  <message>
   <source>more than</source>
   <translation>mehr als</translation>
  </message>
  <message>
   <source>moved</source>
   <translation>verschoben</translation>
  </message>
  <message>
   <source>my edit</source>
   <translation>meine Änderung</translation>
  </message>
  <message>
   <source>name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>name, label, number of records and operations</source>
   <translation>Name, Beschriftung, Anzahl der Datensätze und Operationen</translation>
  </message>
  <message>
   <source>net</source>
   <translation>Netto</translation>
  </message>
  <message>
   <source>new</source>
   <translation>neu</translation>
  </message>
  <message>
   <source>new line</source>
   <translation>neue Position</translation>
  </message>
  <message>
   <source>new record</source>
   <translation>neuer Datensatz</translation>
  </message>
  <message>
   <source>new: {line}</source>
   <translation>neu: {line}</translation>
  </message>
  <message>
   <source>no discount</source>
   <translation>kein Rabatt</translation>
  </message>
  <message>
   <source>no members</source>
   <translation>ohne Bestandteile</translation>
  </message>
  <message>
   <source>no outcome noted</source>
   <translation>kein Ergebnis vermerkt</translation>
  </message>
  <message>
   <source>no reason given</source>
   <translation>ohne Angabe von Gründen</translation>
  </message>
  <message>
   <source>no records</source>
   <translation>keine Datensätze</translation>
  </message>
  <message>
   <source>no single product is called “{name}”.</source>
   <translation>kein einzelnes Produkt heißt „{name}“.</translation>
  </message>
  <message>
   <source>no such field</source>
   <translation>kein solches Feld</translation>
  </message>
  <message>
   <source>no text</source>
   <translation>kein Text</translation>
  </message>
  <message>
   <source>no values</source>
   <translation>keine Werte</translation>
  </message>
  <message>
   <source>no values yet</source>
   <translation>noch keine Werte</translation>
  </message>
  <message>
   <source>none</source>
   <translation>keine</translation>
  </message>
  <message>
   <source>none older than 30 days</source>
   <translation>keines älter als 30 Tage</translation>
  </message>
  <message>
   <source>none yet</source>
   <translation>noch keine</translation>
  </message>
  <message>
   <source>not allowed with argument %s</source>
   <translation>nicht zusammen mit Argument %s erlaubt</translation>
  </message>
  <message>
   <source>not at</source>
   <translation>nicht um</translation>
  </message>
  <message>
   <source>not chosen</source>
   <translation>nicht gewählt</translation>
  </message>
  <message>
   <source>not on</source>
   <translation>nicht am</translation>
  </message>
  <message>
   <source>not read yet</source>
   <translation>noch nicht gelesen</translation>
  </message>
  <message>
   <source>not sent</source>
   <translation>nicht gesendet</translation>
  </message>
  <message>
   <source>not ticked</source>
   <translation>nicht angehakt</translation>
  </message>
  <message>
   <source>not told</source>
   <translation>nicht genannt</translation>
  </message>
  <message>
   <source>note</source>
   <translation>Hinweis</translation>
  </message>
  <message>
   <source>noted</source>
   <translation>vermerkt</translation>
  </message>
  <message>
   <source>nothing</source>
   <translation>nichts</translation>
  </message>
  <message>
   <source>nothing here</source>
   <translation>hier nichts</translation>
  </message>
  <message>
   <source>nothing to do</source>
   <translation>nichts zu tun</translation>
  </message>
  <message>
   <source>nothing: this computer sorts</source>
   <translation>nichts: dieser Computer sortiert</translation>
  </message>
  <message>
   <source>number of leads</source>
   <translation>Anzahl der Leads</translation>
  </message>
  <message>
   <source>of the rows of a CSV or XLSX file</source>
   <translation>Modul der Zeilen einer CSV- oder XLSX-Datei</translation>
  </message>
  <message>
   <source>of {base}</source>
   <translation>von {base}</translation>
  </message>
  <message>
   <source>on</source>
   <translation>am</translation>
  </message>
  <message>
   <source>on or after</source>
   <translation>am oder nach</translation>
  </message>
  <message>
   <source>on the server now: {value}</source>
   <translation>jetzt auf dem Server: {value}</translation>
  </message>
  <message>
   <source>on the server now: {v}</source>
   <translation>jetzt auf dem Server: {v}</translation>
  </message>
  <message>
   <source>on this computer, not yet sent</source>
   <translation>nicht gesendet</translation>
  </message>
  <message>
   <source>one batch with its changes</source>
   <translation>ein Vorgang mit seinen Änderungen</translation>
  </message>
  <message>
   <source>one documented vendor operation as it is</source>
   <translation>eine dokumentierte Operation des Anbieters, wie sie ist</translation>
  </message>
  <message>
   <source>one record, whole</source>
   <translation>ein ganzer Datensatz</translation>
  </message>
  <message>
   <source>only how many there are</source>
   <translation>nur wie viele es sind</translation>
  </message>
  <message>
   <source>only left</source>
   <translation>nur links</translation>
  </message>
  <message>
   <source>only reads</source>
   <translation>liest nur</translation>
  </message>
  <message>
   <source>only right</source>
   <translation>nur rechts</translation>
  </message>
  <message>
   <source>operations</source>
   <translation>Operationen</translation>
  </message>
  <message>
   <source>optional</source>
   <translation>optional</translation>
  </message>
  <message>
   <source>optional, not included</source>
   <translation>optional, nicht enthalten</translation>
  </message>
  <message>
   <source>options</source>
   <translation>Optionen</translation>
  </message>
  <message>
   <source>order of the lines</source>
   <translation>Reihenfolge der Positionen</translation>
  </message>
  <message>
   <source>otherwise all</source>
   <translation>sonst alle</translation>
  </message>
  <message>
   <source>otherwise every module that is copied already</source>
   <translation>sonst alle schon kopierten Module</translation>
  </message>
  <message>
   <source>ours</source>
   <translation>unsere</translation>
  </message>
  <message>
   <source>outcome unknown</source>
   <translation>Ergebnis unbekannt</translation>
  </message>
  <message>
   <source>pass key</source>
   <translation>Pass Key</translation>
  </message>
  <message>
   <source>password</source>
   <translation>Kennwort</translation>
  </message>
  <message>
   <source>place</source>
   <translation>Stelle</translation>
  </message>
  <message>
   <source>point (1,234.5)</source>
   <translation>Punkt (1,234.5)</translation>
  </message>
  <message>
   <source>positional arguments</source>
   <translation>Argumente</translation>
  </message>
  <message>
   <source>prices and discounts keep {n} decimals there</source>
   <translation>Preise und Rabatte haben dort {n} Nachkommastellen</translation>
  </message>
  <message>
   <source>product</source>
   <translation>Produkt</translation>
  </message>
  <message>
   <source>product lines in {module}</source>
   <translation>Produktpositionen in {module}</translation>
  </message>
  <message>
   <source>products must be a JSON list of lines.</source>
   <translation>products muss eine JSON-Liste von Positionen sein.</translation>
  </message>
  <message>
   <source>quantity</source>
   <translation>Menge</translation>
  </message>
  <message>
   <source>read a secret from an environment variable; FIELD where the vendor has several</source>
   <translation>ein Geheimnis aus einer Umgebungsvariablen lesen; FIELD, wenn der Anbieter mehrere hat</translation>
  </message>
  <message>
   <source>read only</source>
   <translation>nur lesen</translation>
  </message>
  <message>
   <source>read secrets from standard input, a line for each secret field of the vendor, in their order</source>
   <translation>Geheimnisse von der Standardeingabe lesen, je eine Zeile für jedes geheime Feld des Anbieters, in deren Reihenfolge</translation>
  </message>
  <message>
   <source>read-only</source>
   <translation>nur lesen</translation>
  </message>
  <message>
   <source>reading files back; open the record in the browser</source>
   <translation>das Abholen von Dateien; öffnen Sie den Datensatz im Browser</translation>
  </message>
  <message>
   <source>reading single {records} over SOAP</source>
   <translation>das Lesen einzelner {records} über SOAP</translation>
  </message>
  <message>
   <source>reading the lines of {records} over SOAP</source>
   <translation>das Lesen der Positionen von {records} über SOAP</translation>
  </message>
  <message>
   <source>ready</source>
   <translation>bereit</translation>
  </message>
  <message>
   <source>record</source>
   <translation>Datensatz</translation>
  </message>
  <message>
   <source>records</source>
   <translation>Datensätze</translation>
  </message>
  <message>
   <source>refused</source>
   <translation>abgelehnt</translation>
  </message>
  <message>
   <source>remark</source>
   <translation>Bemerkung</translation>
  </message>
  <message>
   <source>remove</source>
   <translation>entfernen</translation>
  </message>
  <message>
   <source>removed: {line}</source>
   <translation>entfernt: {line}</translation>
  </message>
  <message>
   <source>required</source>
   <translation>Pflichtfeld</translation>
  </message>
  <message>
   <source>result</source>
   <translation>Ergebnis</translation>
  </message>
  <message>
   <source>roles: {names}</source>
   <translation>Rollen: {names}</translation>
  </message>
  <message>
   <source>row {n}</source>
   <translation>Zeile {n}</translation>
  </message>
  <message>
   <source>same</source>
   <translation>gleich</translation>
  </message>
  <message>
   <source>same e-mail</source>
   <translation>gleiche E-Mail</translation>
  </message>
  <message>
   <source>same name</source>
   <translation>gleicher Name</translation>
  </message>
  <message>
   <source>same phone</source>
   <translation>gleiches Telefon</translation>
  </message>
  <message>
   <source>same place</source>
   <translation>gleicher Ort</translation>
  </message>
  <message>
   <source>save an account; asks for its secrets without showing them</source>
   <translation>ein Konto speichern; fragt nach seinen Geheimnissen, ohne sie zu zeigen</translation>
  </message>
  <message>
   <source>saved accounts</source>
   <translation>gespeicherte Konten</translation>
  </message>
  <message>
   <source>saving a record of {module}</source>
   <translation>das Speichern eines Datensatzes aus {module}</translation>
  </message>
  <message>
   <source>saving records of any kind as documented</source>
   <translation>das Speichern von Datensätzen jeder Art wie dokumentiert</translation>
  </message>
  <message>
   <source>searching records…</source>
   <translation>Datensätze werden gesucht…</translation>
  </message>
  <message>
   <source>searching {module}</source>
   <translation>die Suche in {module}</translation>
  </message>
  <message>
   <source>secret</source>
   <translation>geheim</translation>
  </message>
  <message>
   <source>secrets (never arguments; otherwise from the keychain)</source>
   <translation>Geheimnisse (nie als Argument; sonst aus dem Schlüsselbund)</translation>
  </message>
  <message>
   <source>semicolon ;</source>
   <translation>Strichpunkt ;</translation>
  </message>
  <message>
   <source>send more than 50 records of a production account unasked</source>
   <translation>mehr als 50 Datensätze eines Produktivkontos ohne Rückfrage senden</translation>
  </message>
  <message>
   <source>send nothing more after so many</source>
   <translation>nach so vielen nichts mehr senden</translation>
  </message>
  <message>
   <source>send nothing unless exactly so many would change</source>
   <translation>nur senden, wenn sich genau so viele ändern würden</translation>
  </message>
  <message>
   <source>server clock {time} ahead</source>
   <translation>Serveruhr {time} vor</translation>
  </message>
  <message>
   <source>server clock {time} behind</source>
   <translation>Serveruhr {time} nach</translation>
  </message>
  <message>
   <source>server {when}</source>
   <translation>Server {when}</translation>
  </message>
  <message>
   <source>set</source>
   <translation>gesetzt</translation>
  </message>
  <message>
   <source>several choices</source>
   <translation>mehrere Auswahlwerte</translation>
  </message>
  <message>
   <source>show program's version number and exit</source>
   <translation>die Version des Programms anzeigen und beenden</translation>
  </message>
  <message>
   <source>show this help message and exit</source>
   <translation>diese Hilfe anzeigen und beenden</translation>
  </message>
  <message>
   <source>sign in and list the modules</source>
   <translation>anmelden und die Module auflisten</translation>
  </message>
  <message>
   <source>signed in as {who}</source>
   <translation>angemeldet als {who}</translation>
  </message>
  <message>
   <source>size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>skipped</source>
   <translation>ausgelassen</translation>
  </message>
  <message>
   <source>sorted here, not by the server</source>
   <translation>hier sortiert, nicht vom Server</translation>
  </message>
  <message>
   <source>sorting by several columns</source>
   <translation>das Sortieren nach mehreren Spalten</translation>
  </message>
  <message>
   <source>sorting by {field}</source>
   <translation>das Sortieren nach {field}</translation>
  </message>
  <message>
   <source>sorting downwards</source>
   <translation>das absteigende Sortieren</translation>
  </message>
  <message>
   <source>sorts after</source>
   <translation>sortiert nach</translation>
  </message>
  <message>
   <source>sorts before</source>
   <translation>sortiert vor</translation>
  </message>
  <message>
   <source>sorts by up to {n}</source>
   <translation>sortiert nach bis zu {n}</translation>
  </message>
  <message>
   <source>sorts by up to {n}, upwards only</source>
   <translation>sortiert nach bis zu {n}, nur aufsteigend</translation>
  </message>
  <message>
   <source>sorts from</source>
   <translation>sortiert ab</translation>
  </message>
  <message>
   <source>sorts up to</source>
   <translation>sortiert bis</translation>
  </message>
  <message>
   <source>starts with</source>
   <translation>beginnt mit</translation>
  </message>
  <message>
   <source>stays</source>
   <translation>bleibt</translation>
  </message>
  <message>
   <source>still looking</source>
   <translation>Suche läuft noch</translation>
  </message>
  <message>
   <source>still needed</source>
   <translation>fehlt noch</translation>
  </message>
  <message>
   <source>stored</source>
   <translation>gespeichert</translation>
  </message>
  <message>
   <source>stored differently</source>
   <translation>anders gespeichert</translation>
  </message>
  <message>
   <source>stored in the keychain; leave empty to keep it</source>
   <translation>im Schlüsselbund; leer lassen, um ihn zu behalten</translation>
  </message>
  <message>
   <source>stored otherwise</source>
   <translation>anders gespeichert</translation>
  </message>
  <message>
   <source>stored otherwise: {fields}</source>
   <translation>anders gespeichert: {fields}</translation>
  </message>
  <message>
   <source>stray blanks</source>
   <translation>überzählige Leerzeichen</translation>
  </message>
  <message>
   <source>subtotal</source>
   <translation>Zwischensumme</translation>
  </message>
  <message>
   <source>such a line cannot be added there</source>
   <translation>so eine Position geht dort nicht</translation>
  </message>
  <message>
   <source>sum {0}</source>
   <translation>Summe {0}</translation>
  </message>
  <message>
   <source>tab</source>
   <translation>Tabulator</translation>
  </message>
  <message>
   <source>table     for reading, with labels instead of stored values
json      one array; jsonl: one object a line, written as rows arrive
csv       UTF-8, quoted as RFC 4180 says; values are exact, so open files from strangers with care: a spreadsheet
          takes a text that begins with = for a formula (xlsx keeps it a text)
xlsx      dates, times and numbers as such (moments in UTC), everything else as text
parquet   typed columns, for analysts; needs the extra “analysis” (pyarrow)
</source>
   <translation>table     zum Lesen, mit Beschriftungen statt gespeicherter Werte
json      ein Array; jsonl: ein Objekt je Zeile, geschrieben, sobald Zeilen kommen
csv       UTF-8, Anführungszeichen nach RFC 4180; Werte exakt, daher Dateien von Fremden mit Vorsicht öffnen: Ein
          Tabellenprogramm hält einen Text, der mit = beginnt, für eine Formel (in xlsx bleibt er Text)
xlsx      Daten, Zeiten und Zahlen als solche (Zeitpunkte in UTC), alles andere als Text
parquet   typisierte Spalten für Auswertungen; braucht das Extra „analysis“ (pyarrow)
</translation>
  </message>
  <message>
   <source>take a batch of the journal back</source>
   <translation>einen Vorgang des Journals zurücknehmen</translation>
  </message>
  <message>
   <source>taking a relation away</source>
   <translation>das Lösen von Verknüpfungen</translation>
  </message>
  <message>
   <source>taking this relation away</source>
   <translation>das Lösen dieser Verknüpfung</translation>
  </message>
  <message>
   <source>tax</source>
   <translation>Steuer</translation>
  </message>
  <message>
   <source>tax {n}</source>
   <translation>Steuer {n}</translation>
  </message>
  <message>
   <source>the account</source>
   <translation>das Konto</translation>
  </message>
  <message>
   <source>the action {action}</source>
   <translation>die Aktion {action}</translation>
  </message>
  <message>
   <source>the contract term takes a whole number.</source>
   <translation>die Vertragslaufzeit braucht eine ganze Zahl.</translation>
  </message>
  <message>
   <source>the demo server alone; prints its accounts as a line of JSON, then serves</source>
   <translation>nur der Demoserver; gibt seine Konten als JSON-Zeile aus und läuft dann</translation>
  </message>
  <message>
   <source>the discount is kept for one piece there, and this amount cannot be divided; type a percentage</source>
   <translation>der Rabatt gilt dort je Stück, und dieser Betrag lässt sich nicht teilen; geben Sie einen Prozentsatz ein</translation>
  </message>
  <message>
   <source>the document has no line {key}; its lines are {known}.</source>
   <translation>der Beleg hat keine Position {key}; seine Positionen sind {known}.</translation>
  </message>
  <message>
   <source>the field {name} in the local copy</source>
   <translation>das Feld {name} in der lokalen Kopie</translation>
  </message>
  <message>
   <source>the fields of a module</source>
   <translation>die Felder eines Moduls</translation>
  </message>
  <message>
   <source>the first copy is not finished</source>
   <translation>die erste Kopie ist nicht fertig</translation>
  </message>
  <message>
   <source>the first {0} are shown</source>
   <translation>die ersten {0} werden gezeigt</translation>
  </message>
  <message>
   <source>the following arguments are required: %s</source>
   <translation>diese Argumente fehlen: %s</translation>
  </message>
  <message>
   <source>the history of changes</source>
   <translation>den Änderungsverlauf</translation>
  </message>
  <message>
   <source>the local copy of an account, for searching and for work without the server</source>
   <translation>die lokale Kopie eines Kontos, zum Suchen und zum Arbeiten ohne Server</translation>
  </message>
  <message>
   <source>the method {operation}</source>
   <translation>die Methode {operation}</translation>
  </message>
  <message>
   <source>the newest {n}</source>
   <translation>die neuesten {n}</translation>
  </message>
  <message>
   <source>the operation {operation}</source>
   <translation>die Operation {operation}</translation>
  </message>
  <message>
   <source>the quantity keeps {n} decimals there</source>
   <translation>die Menge hat dort {n} Nachkommastellen</translation>
  </message>
  <message>
   <source>the quantity takes one decimal; {plain} has more.</source>
   <translation>die Menge hat eine Nachkommastelle; {plain} hat mehr.</translation>
  </message>
  <message>
   <source>the records of a module</source>
   <translation>die Datensätze eines Moduls</translation>
  </message>
  <message>
   <source>the saved accounts</source>
   <translation>die gespeicherten Konten</translation>
  </message>
  <message>
   <source>the server also changed: {fields}</source>
   <translation>der Server änderte auch: {fields}</translation>
  </message>
  <message>
   <source>the server does not know this; it knows {names}.</source>
   <translation>das kennt der Server nicht; er kennt {names}.</translation>
  </message>
  <message>
   <source>the server filters by {filters}; {sorts}; {counts}; {n} records a page</source>
   <translation>der Server filtert nach {filters}; {sorts}; {counts}; {n} Datensätze je Seite</translation>
  </message>
  <message>
   <source>the server's</source>
   <translation>vom Server</translation>
  </message>
  <message>
   <source>the server's ids</source>
   <translation>IDs des Servers</translation>
  </message>
  <message>
   <source>the server's reply as it came, nothing else</source>
   <translation>die Antwort des Servers, wie sie kam, sonst nichts</translation>
  </message>
  <message>
   <source>the vendor's other fields, such as user=admin</source>
   <translation>weitere Felder des Anbieters, etwa user=admin</translation>
  </message>
  <message>
   <source>the vendors, their fields and what each can do</source>
   <translation>die Anbieter, ihre Felder und was jeder kann</translation>
  </message>
  <message>
   <source>the whole copy</source>
   <translation>die ganze Kopie</translation>
  </message>
  <message>
   <source>the window on the embedded demo server</source>
   <translation>das Fenster mit dem eingebauten Demoserver</translation>
  </message>
  <message>
   <source>the {n} that fit best</source>
   <translation>die {n} besten Treffer</translation>
  </message>
  <message>
   <source>there already?</source>
   <translation>schon da?</translation>
  </message>
  <message>
   <source>this holds a control character, which cannot be sent. Take it out.</source>
   <translation>das enthält ein Steuerzeichen, das nicht gesendet werden kann. Entfernen Sie es.</translation>
  </message>
  <message>
   <source>this is missing.</source>
   <translation>das fehlt.</translation>
  </message>
  <message>
   <source>this is neither true nor false.</source>
   <translation>das ist weder wahr noch falsch.</translation>
  </message>
  <message>
   <source>this is no JSON object ({error}).</source>
   <translation>das ist kein JSON-Objekt ({error}).</translation>
  </message>
  <message>
   <source>this is no JSON object.</source>
   <translation>das ist kein JSON-Objekt.</translation>
  </message>
  <message>
   <source>this is no JSON. Write a group as {…} and a list as […].</source>
   <translation>das ist kein JSON. Schreiben Sie eine Gruppe als {…} und eine Liste als […].</translation>
  </message>
  <message>
   <source>this is not a date with a time. Write it like 2026-11-30 14:05:00.</source>
   <translation>das ist kein Datum mit Uhrzeit. Schreiben Sie es so: 2026-11-30 14:05:00.</translation>
  </message>
  <message>
   <source>this is not a date. Write it like 2026-11-30.</source>
   <translation>das ist kein Datum. Schreiben Sie es so: 2026-11-30.</translation>
  </message>
  <message>
   <source>this is not a number.</source>
   <translation>das ist keine Zahl.</translation>
  </message>
  <message>
   <source>this is not a whole number.</source>
   <translation>das ist keine ganze Zahl.</translation>
  </message>
  <message>
   <source>this may not be left empty.</source>
   <translation>das darf nicht leer bleiben.</translation>
  </message>
  <message>
   <source>this takes a group of names and values.</source>
   <translation>hier gehört eine Gruppe von Namen und Werten hin.</translation>
  </message>
  <message>
   <source>this takes a list.</source>
   <translation>hier gehört eine Liste hin.</translation>
  </message>
  <message>
   <source>this takes bytes, or their base64 text.</source>
   <translation>hier gehören Bytes oder ihr Base64-Text hin.</translation>
  </message>
  <message>
   <source>this takes one value, not {named}.</source>
   <translation>hier gehört ein einzelner Wert hin, nicht {named}.</translation>
  </message>
  <message>
   <source>ticked</source>
   <translation>angehakt</translation>
  </message>
  <message>
   <source>time</source>
   <translation>Zeit</translation>
  </message>
  <message>
   <source>title</source>
   <translation>Titel</translation>
  </message>
  <message>
   <source>today</source>
   <translation>heute</translation>
  </message>
  <message>
   <source>took batch {n} back</source>
   <translation>nahm Vorgang {n} zurück</translation>
  </message>
  <message>
   <source>total</source>
   <translation>Summe</translation>
  </message>
  <message>
   <source>true for a report that was built for you.</source>
   <translation>true für einen Bericht, der für Sie gebaut wurde.</translation>
  </message>
  <message>
   <source>type</source>
   <translation>Typ</translation>
  </message>
  <message>
   <source>unchanged</source>
   <translation>unverändert</translation>
  </message>
  <message>
   <source>undoes {batch}</source>
   <translation>nimmt {batch} zurück</translation>
  </message>
  <message>
   <source>undone</source>
   <translation>rückgängig</translation>
  </message>
  <message>
   <source>unit price</source>
   <translation>Einzelpreis</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>unbekannt</translation>
  </message>
  <message>
   <source>unknown parser %(parser_name)r (choices: %(choices)s)</source>
   <translation>unbekannter Befehl %(parser_name)r (möglich sind %(choices)s)</translation>
  </message>
  <message>
   <source>unrecognized arguments: %s</source>
   <translation>unbekannte Argumente: %s</translation>
  </message>
  <message>
   <source>until</source>
   <translation>bis</translation>
  </message>
  <message>
   <source>up to</source>
   <translation>bis</translation>
  </message>
  <message>
   <source>up to date at</source>
   <translation>Stand</translation>
  </message>
  <message>
   <source>url</source>
   <translation>URL</translation>
  </message>
  <message>
   <source>usage: </source>
   <translation>Aufruf: </translation>
  </message>
  <message>
   <source>user</source>
   <translation>Benutzer</translation>
  </message>
  <message>
   <source>user name</source>
   <translation>Benutzername</translation>
  </message>
  <message>
   <source>vendor</source>
   <translation>Anbieter</translation>
  </message>
  <message>
   <source>vtiger 8.0.0, seen on 450 documents that a server computed</source>
   <translation>vtiger 8.0.0, belegt an 450 Belegen, die ein Server berechnet hat</translation>
  </message>
  <message>
   <source>waiting</source>
   <translation>wartet</translation>
  </message>
  <message>
   <source>was empty</source>
   <translation>war leer</translation>
  </message>
  <message>
   <source>was {value}</source>
   <translation>war {value}</translation>
  </message>
  <message>
   <source>webCRM has no “{module}”. Orders are Deliveries there.</source>
   <translation>webCRM hat kein „{module}“. Aufträge heißen dort Deliveries.</translation>
  </message>
  <message>
   <source>webCRM states the line's total only: each line in cents; VAT is added line by line</source>
   <translation>webCRM nennt nur die Summe je Position: jede in Cent; die MwSt. wird je Position addiert</translation>
  </message>
  <message>
   <source>what</source>
   <translation>Was</translation>
  </message>
  <message>
   <source>what is copied, how fresh it is, how much room it takes</source>
   <translation>was kopiert ist, wie aktuell es ist und wie viel Platz es braucht</translation>
  </message>
  <message>
   <source>what rows become</source>
   <translation>was aus Zeilen wird</translation>
  </message>
  <message>
   <source>what the operation takes, as JSON; nothing is called</source>
   <translation>was die Operation braucht, als JSON; nichts wird aufgerufen</translation>
  </message>
  <message>
   <source>what the server filters, what is filtered here, and the vendor's own query text; records are read only where --format, --output or --count ask for them (the explanation then goes to standard error)</source>
   <translation>was der Server filtert, was hier gefiltert wird, und der Abfragetext des Anbieters; Datensätze werden nur gelesen, wenn --format, --output oder --count sie verlangen (die Erklärung geht dann an die Standardfehlerausgabe)</translation>
  </message>
  <message>
   <source>what to show; otherwise everything, a table some</source>
   <translation>was gezeigt wird; sonst alles, in einer Tabelle einiges</translation>
  </message>
  <message>
   <source>what was changed from this computer, when, by whom, before and after</source>
   <translation>was von diesem Computer geändert wurde, wann, von wem, vorher und nachher</translation>
  </message>
  <message>
   <source>where it is</source>
   <translation>wo es ist</translation>
  </message>
  <message>
   <source>which CRM (see “crmdesk vendors”)</source>
   <translation>welches CRM (siehe „crmdesk vendors“)</translation>
  </message>
  <message>
   <source>whole record</source>
   <translation>ganzer Datensatz</translation>
  </message>
  <message>
   <source>with --demo: write pictures of every main screen and leave</source>
   <translation>mit --demo: Bilder aller Hauptansichten schreiben und beenden</translation>
  </message>
  <message>
   <source>with an error, an excerpt of what was exchanged</source>
   <translation>bei einem Fehler ein Auszug des Austauschs</translation>
  </message>
  <message>
   <source>with line items and totals</source>
   <translation>mit Positionen und Summen</translation>
  </message>
  <message>
   <source>with related records</source>
   <translation>mit verknüpften Datensätzen</translation>
  </message>
  <message>
   <source>with the lines of their sales documents, one question for each; kept up to date from then on</source>
   <translation>mit den Positionen ihrer Verkaufsbelege, eine Anfrage je Beleg; von da an aktuell gehalten</translation>
  </message>
  <message numerus="yes">
   <source>with {n} fields</source>
   <extracomment>with {n} field</extracomment>
   <translation>
    <numerusform>mit {n} Feld</numerusform>
    <numerusform>mit {n} Feldern</numerusform>
   </translation>
  </message>
  <message>
   <source>without an id</source>
   <translation>ohne ID</translation>
  </message>
  <message>
   <source>without one: lists the operations</source>
   <translation>ohne Angabe: listet die Operationen auf</translation>
  </message>
  <message>
   <source>writes</source>
   <translation>schreibt</translation>
  </message>
  <message>
   <source>writing to {module}</source>
   <translation>das Schreiben in {module}</translation>
  </message>
  <message>
   <source>written whole or not at all</source>
   <translation>wird ganz geschrieben oder gar nicht</translation>
  </message>
  <message>
   <source>year month day</source>
   <translation>Jahr Monat Tag</translation>
  </message>
  <message>
   <source>yes</source>
   <translation>ja</translation>
  </message>
  <message>
   <source>yes or no</source>
   <translation>Ja oder Nein</translation>
  </message>
  <message>
   <source>{0} (to be deleted)</source>
   <translation>{0} (wird gelöscht)</translation>
  </message>
  <message>
   <source>{0} No file was written.</source>
   <translation>{0} Es wurde keine Datei geschrieben.</translation>
  </message>
  <message>
   <source>{0} cannot be deleted here and will stay.</source>
   <translation>{0}: hier nicht löschbar, bleibt bestehen.</translation>
  </message>
  <message>
   <source>{0} cannot be written: {1}.</source>
   <translation>{0} kann nicht geschrieben werden: {1}.</translation>
  </message>
  <message>
   <source>{0} cells</source>
   <translation>{0} Zellen</translation>
  </message>
  <message>
   <source>{0} could not be read</source>
   <translation>{0}: Lesen fehlgeschlagen</translation>
  </message>
  <message>
   <source>{0} has no value “{1}”.</source>
   <translation>{0} hat keinen Wert „{1}“.</translation>
  </message>
  <message>
   <source>{0} must stay filled.</source>
   <translation>{0} muss ausgefüllt bleiben.</translation>
  </message>
  <message>
   <source>{0} of {1}</source>
   <translation>{0} von {1}</translation>
  </message>
  <message>
   <source>{0} of {1} filters applied here, not by the server</source>
   <translation>{0} von {1} Filtern wirken hier, nicht auf dem Server</translation>
  </message>
  <message>
   <source>{0} of {1} written</source>
   <translation>{0} von {1} geschrieben</translation>
  </message>
  <message>
   <source>{0} rows</source>
   <translation>{0} Zeilen</translation>
  </message>
  <message>
   <source>{0} rows found in {1} read, more to come</source>
   <translation>{0} Zeilen gefunden, {1} gelesen, weitere folgen</translation>
  </message>
  <message>
   <source>{0} rows so far, more to come</source>
   <translation>Bisher {0} Zeilen, weitere folgen</translation>
  </message>
  <message>
   <source>{0} takes over {1}.</source>
   <translation>{0} übernimmt {1}.</translation>
  </message>
  <message>
   <source>{0} will refer to {1}.</source>
   <translation>Verweist dann auf {1}: {0}.</translation>
  </message>
  <message>
   <source>{0}, is that right?</source>
   <translation>{0}, stimmt das?</translation>
  </message>
  <message>
   <source>{account} · {module} · {count}</source>
   <translation>{account} · {module} · {count}</translation>
  </message>
  <message>
   <source>{account}: {trouble}</source>
   <translation>{account}: {trouble}</translation>
  </message>
  <message>
   <source>{action} in {module}</source>
   <translation>{action} in {module}</translation>
  </message>
  <message>
   <source>{action}: done.</source>
   <translation>{action}: fertig.</translation>
  </message>
  <message>
   <source>{action}: sending…</source>
   <translation>{action}: wird gesendet…</translation>
  </message>
  <message>
   <source>{action}: {title}</source>
   <translation>{action}: {title}</translation>
  </message>
  <message>
   <source>{address} answers with nothing instead of its description (WSDL). Check the address.</source>
   <translation>{address} antwortet mit nichts statt mit seiner Beschreibung (WSDL). Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>{address} gives no description (WSDL) of a SOAP service. Check the address.</source>
   <translation>{address} liefert keine Beschreibung (WSDL) eines SOAP-Dienstes. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>{address} is a web page, no SOAP service. Check the address.</source>
   <translation>{address} ist eine Webseite, kein SOAP-Dienst. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>{amount} {currency}</source>
   <translation>{amount} {currency}</translation>
  </message>
  <message>
   <source>{at}Z  {account}  {method} {address} ({kind})  {went}  {ms} ms  {size} bytes{tail}</source>
   <translation>{at}Z  {account}  {method} {address} ({kind})  {went}  {ms} ms  {size} Bytes{tail}</translation>
  </message>
  <message>
   <source>{case} It says: {split}.</source>
   <translation>{case} Er sagt: {split}.</translation>
  </message>
  <message numerus="yes">
   <source>{changes} in {n} records</source>
   <extracomment>{changes} in {n} record</extracomment>
   <translation>
    <numerusform>{changes} in {n} Datensatz</numerusform>
    <numerusform>{changes} in {n} Datensätzen</numerusform>
   </translation>
  </message>
  <message>
   <source>{done} of {n} were linked, then: {reason}</source>
   <translation>{done} von {n} wurden verknüpft, dann: {reason}</translation>
  </message>
  <message>
   <source>{done} of {total} records</source>
   <translation>{done} von {total} Datensätzen</translation>
  </message>
  <message>
   <source>{expected} records were expected to change, {sendable} would. Nothing was sent.</source>
   <translation>{expected} Datensätze sollten sich ändern, {sendable} würden es. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{fields} is a secret: give it with --secret-env or --secret-stdin, never with --set.</source>
   <translation>{fields} ist geheim: Geben Sie es mit --secret-env oder --secret-stdin an, nie mit --set.</translation>
  </message>
  <message>
   <source>{fields} is one of: {choices}.</source>
   <translation>{fields} ist eins von: {choices}.</translation>
  </message>
  <message>
   <source>{fields}, upwards only: downwards is sorted on this computer</source>
   <translation>{fields}, nur aufsteigend: absteigend sortiert dieser Computer</translation>
  </message>
  <message>
   <source>{field} ({name}) cannot be set by itself.</source>
   <translation>{field} ({name}) kann nicht einzeln gesetzt werden.</translation>
  </message>
  <message>
   <source>{field} holds an invisible control character. Type the text again.</source>
   <translation>{field} enthält ein unsichtbares Steuerzeichen. Geben Sie den Text neu ein.</translation>
  </message>
  <message>
   <source>{field} holds an invisible zero character. Type the text again.</source>
   <translation>{field} enthält ein unsichtbares Nullzeichen. Geben Sie den Text neu ein.</translation>
  </message>
  <message>
   <source>{field} holds {max_length} characters; this would be {n}.</source>
   <translation>{field} fasst {max_length} Zeichen; dies wären {n}.</translation>
  </message>
  <message>
   <source>{field} holds “{shown}”, which this server cannot store. Take it out.</source>
   <translation>{field} enthält „{shown}“, das dieser Server nicht speichern kann. Entfernen Sie es.</translation>
  </message>
  <message>
   <source>{field} holds “{tag}”, which this server takes for HTML and changes. Put a blank behind “&lt;”.</source>
   <translation>{field} enthält „{tag}“; das hält dieser Server für HTML und ändert es. Setzen Sie ein Leerzeichen hinter „&lt;“.</translation>
  </message>
  <message>
   <source>{field} is kept by the server and cannot be changed.</source>
   <translation>{field} führt der Server selbst; das Feld kann nicht geändert werden.</translation>
  </message>
  <message>
   <source>{field} is needed to sign in.</source>
   <translation>{field} wird zum Anmelden gebraucht.</translation>
  </message>
  <message>
   <source>{field} is no text. Set it, or compute it.</source>
   <translation>{field} ist kein Text. Setzen oder berechnen Sie das Feld.</translation>
  </message>
  <message>
   <source>{field} is {yes} or {no}, not {given}.</source>
   <translation>{field} ist {yes} oder {no}, nicht {given}.</translation>
  </message>
  <message>
   <source>{field} must be filled.</source>
   <translation>{field} muss ausgefüllt sein.</translation>
  </message>
  <message>
   <source>{field} must stay filled.</source>
   <translation>{field} muss ausgefüllt bleiben.</translation>
  </message>
  <message>
   <source>{field} needs a record whose module is known. Choose it from a list.</source>
   <translation>{field} braucht einen Datensatz, dessen Modul bekannt ist. Wählen Sie ihn aus einer Liste.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no id like 3x17.</source>
   <translation>{field} braucht einen Datensatz; „{plain}“ ist keine ID wie 3x17.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no id of this server.</source>
   <translation>{field} braucht einen Datensatz; „{plain}“ ist keine ID dieses Servers.</translation>
  </message>
  <message>
   <source>{field} needs a record; “{plain}” is no record's number.</source>
   <translation>{field} braucht einen Datensatz; „{plain}“ ist keine Datensatznummer.</translation>
  </message>
  <message>
   <source>{field} takes a date.</source>
   <translation>{field} braucht ein Datum.</translation>
  </message>
  <message>
   <source>{field} takes a number.</source>
   <translation>{field} braucht eine Zahl.</translation>
  </message>
  <message>
   <source>{field} takes a time.</source>
   <translation>{field} braucht eine Uhrzeit.</translation>
  </message>
  <message>
   <source>{field} takes a whole number, {given} is not one.</source>
   <translation>{field} braucht eine ganze Zahl, {given} ist keine.</translation>
  </message>
  <message>
   <source>{field} takes yes or no.</source>
   <translation>{field} braucht Ja oder Nein.</translation>
  </message>
  <message>
   <source>{field} takes {kind} by now.</source>
   <translation>{field} verlangt inzwischen {kind}.</translation>
  </message>
  <message>
   <source>{field} takes {max_length} characters; this text has {n}.</source>
   <translation>{field} fasst {max_length} Zeichen; dieser Text hat {n}.</translation>
  </message>
  <message>
   <source>{field}, required</source>
   <translation>{field}, Pflichtfeld</translation>
  </message>
  <message>
   <source>{field}: a choice cannot hold “^”.</source>
   <translation>{field}: Ein Auswahlwert darf „^“ nicht enthalten.</translation>
  </message>
  <message>
   <source>{field}: a choice cannot hold “{multi_separator}”.</source>
   <translation>{field}: Ein Auswahlwert darf „{multi_separator}“ nicht enthalten.</translation>
  </message>
  <message>
   <source>{field}: the server cannot store {odd}. Leave it out.</source>
   <translation>{field}: Der Server kann {odd} nicht speichern. Lassen Sie es weg.</translation>
  </message>
  <message>
   <source>{field}: “{value}” is no e-mail address.</source>
   <translation>{field}: „{value}“ ist keine E-Mail-Adresse.</translation>
  </message>
  <message>
   <source>{filename} ends too early</source>
   <translation>{filename} endet zu früh</translation>
  </message>
  <message>
   <source>{filename} has no header, or a password</source>
   <translation>{filename} hat keinen Kopf oder ein Kennwort</translation>
  </message>
  <message>
   <source>{filename} is packed in another way</source>
   <translation>{filename} ist anders gepackt</translation>
  </message>
  <message>
   <source>{files} ({size}) for {title}, stored on the server at once.</source>
   <translation>{files} ({size}) für {title}, sofort auf dem Server gespeichert.</translation>
  </message>
  <message>
   <source>{file} cannot be read: {why}.</source>
   <translation>{file} kann nicht gelesen werden: {why}.</translation>
  </message>
  <message>
   <source>{file} cannot be written: {why}</source>
   <translation>{file} kann nicht geschrieben werden: {why}</translation>
  </message>
  <message>
   <source>{file} is a program or starts one, so it is not opened from here. Save it, and have it checked.</source>
   <translation>{file} ist ein Programm oder startet eins und wird daher von hier nicht geöffnet. Speichern Sie die Datei und lassen Sie sie prüfen.</translation>
  </message>
  <message>
   <source>{file} is loaded and opened by the program this computer has for such files. Open only what you expect: a document can carry a program.</source>
   <translation>{file} wird geladen und mit dem Programm geöffnet, das dieser Computer dafür hat. Öffnen Sie nur, was Sie erwarten: Ein Dokument kann ein Programm enthalten.</translation>
  </message>
  <message>
   <source>{file} is too large: at most 25 MB can be sent so.</source>
   <translation>{file} ist zu groß: So können höchstens 25 MB gesendet werden.</translation>
  </message>
  <message>
   <source>{first} and {rest} more</source>
   <translation>{first} und {rest} weitere</translation>
  </message>
  <message>
   <source>{first}{more} Nothing was sent.</source>
   <translation>{first}{more} Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{found} in {n} accounts</source>
   <translation>{found} in {n} Konten</translation>
  </message>
  <message>
   <source>{frozen} {records} refer to them in a field that cannot be changed.</source>
   <translation>{frozen} {records} verweisen darauf in einem Feld, das nicht geändert werden kann.</translation>
  </message>
  <message>
   <source>{given} Check them.</source>
   <translation>{given} Prüfen Sie sie.</translation>
  </message>
  <message>
   <source>{given} It was refused a moment ago and is not sent again.</source>
   <translation>{given} Es wurde eben abgelehnt und wird nicht noch einmal gesendet.</translation>
  </message>
  <message>
   <source>{given} Nothing was sent. Check address and network, then try again.</source>
   <translation>{given} Es wurde nichts gesendet. Prüfen Sie Adresse und Netzwerk, dann versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>{given} ORDER BY {keys}</source>
   <translation>{given} ORDER BY {keys}</translation>
  </message>
  <message>
   <source>{given} has no full year; write 2026-12-24.</source>
   <translation>{given} hat kein vollständiges Jahr; schreiben Sie 2026-12-24.</translation>
  </message>
  <message>
   <source>{given} is no date for {field}.</source>
   <translation>{given} ist kein Datum für {field}.</translation>
  </message>
  <message>
   <source>{given} is no time for {field}.</source>
   <translation>{given} ist keine Uhrzeit für {field}.</translation>
  </message>
  <message>
   <source>{given} is none of {known}</source>
   <translation>{given} ist keins von {known}</translation>
  </message>
  <message>
   <source>{given} is not NAME=VALUE</source>
   <translation>{given} ist nicht NAME=WERT</translation>
  </message>
  <message>
   <source>{given} is not a date; write 2026-12-24.</source>
   <translation>{given} ist kein Datum; schreiben Sie 2026-12-24.</translation>
  </message>
  <message>
   <source>{given} is not a number from 0 up</source>
   <translation>{given} ist keine Zahl ab 0</translation>
  </message>
  <message>
   <source>{given} is not a number; write 1234{decimal_point}56.</source>
   <translation>{given} ist keine Zahl; schreiben Sie 1234{decimal_point}56.</translation>
  </message>
  <message>
   <source>{given} is not a time; write 14:30.</source>
   <translation>{given} ist keine Uhrzeit; schreiben Sie 14:30.</translation>
  </message>
  <message>
   <source>{host} answered with a web page instead of SOAP. Check the address.</source>
   <translation>{host} hat mit einer Webseite statt mit SOAP geantwortet. Prüfen Sie die Adresse.</translation>
  </message>
  <message>
   <source>{host} answered with a web page instead of SOAP.{doubt}</source>
   <translation>{host} hat mit einer Webseite statt mit SOAP geantwortet.{doubt}</translation>
  </message>
  <message>
   <source>{host} answered with nothing.{doubt}</source>
   <translation>Die Antwort von {host} ist leer.{doubt}</translation>
  </message>
  <message>
   <source>{host} answers at {there} only. Change the account's address to that.</source>
   <translation>{host} antwortet nur unter {there}. Ändern Sie die Adresse des Kontos darauf.</translation>
  </message>
  <message>
   <source>{host} answers with something else than SOAP. {later}</source>
   <translation>{host} antwortet mit etwas anderem als SOAP. {later}</translation>
  </message>
  <message>
   <source>{host} answers with something else than SOAP.{doubt}</source>
   <translation>{host} antwortet mit etwas anderem als SOAP.{doubt}</translation>
  </message>
  <message>
   <source>{host} cannot be reached. Check the address and the network.</source>
   <translation>{host} ist nicht erreichbar. Prüfen Sie Adresse und Netzwerk.</translation>
  </message>
  <message>
   <source>{host} does not speak TLS there. Check the port, or whether it is http://.</source>
   <translation>{host} spricht dort kein TLS. Prüfen Sie den Port, oder ob es http:// heißt.</translation>
  </message>
  <message>
   <source>{host} does not take so much at once. Send less.</source>
   <translation>{host} nimmt nicht so viel auf einmal an. Senden Sie weniger.</translation>
  </message>
  <message>
   <source>{host} has a certificate that it signed itself. If that is meant so, give its file in the account.</source>
   <translation>{host} hat ein selbst signiertes Zertifikat. Ist das so gewollt, geben Sie dessen Datei im Konto an.</translation>
  </message>
  <message>
   <source>{host} has had enough requests. Try again in {wait_s} seconds.</source>
   <translation>{host} hat genug Anfragen. Versuchen Sie es in {wait_s} Sekunden noch einmal.</translation>
  </message>
  <message>
   <source>{host} has not answered within {deadline_s} seconds.</source>
   <translation>{host} hat nicht innerhalb von {deadline_s} Sekunden geantwortet.</translation>
  </message>
  <message>
   <source>{host} is asked without encryption, so it shows no certificate.</source>
   <translation>{host} wird ohne Verschlüsselung gefragt und zeigt daher kein Zertifikat.</translation>
  </message>
  <message>
   <source>{host} offers outdated encryption only. Ask who runs it to allow TLS 1.2.</source>
   <translation>{host} bietet nur veraltete Verschlüsselung. Bitten Sie den Betreiber, TLS 1.2 zuzulassen.</translation>
  </message>
  <message>
   <source>{host} refuses the connection. Check address and port, or ask whether the server is running.</source>
   <translation>{host} lehnt die Verbindung ab. Prüfen Sie Adresse und Port oder fragen Sie, ob der Server läuft.</translation>
  </message>
  <message>
   <source>{host} sends us on to {there}. Check the account's address.</source>
   <translation>{host} leitet uns weiter zu {there}. Prüfen Sie die Adresse des Kontos.</translation>
  </message>
  <message>
   <source>{host} sends us to another server, {there}. Nothing was sent there: check the account's address.</source>
   <translation>{host} leitet uns zu einem anderen Server, {there}. Dorthin wurde nichts gesendet: Prüfen Sie die Adresse des Kontos.</translation>
  </message>
  <message>
   <source>{host} shows another certificate than the one this account accepts. Ask who runs the server whether it was renewed; then accept the new one in the account. Accepted: {accepted}. Shown: {shown}.</source>
   <translation>{host} zeigt ein anderes Zertifikat als das von diesem Konto akzeptierte. Fragen Sie den Betreiber, ob es erneuert wurde; dann akzeptieren Sie das neue im Konto. Akzeptiert: {accepted}. Gezeigt: {shown}.</translation>
  </message>
  <message>
   <source>{host} · asking who you are …</source>
   <translation>{host} · Anmeldung wird geprüft …</translation>
  </message>
  <message>
   <source>{host} · signed in as {who}, asked just now</source>
   <translation>{host} · angemeldet als {who}, gerade geprüft</translation>
  </message>
  <message>
   <source>{host} · who you are there is not confirmed</source>
   <translation>{host} · Ihre Anmeldung dort ist nicht bestätigt</translation>
  </message>
  <message>
   <source>{known} ({name}) is kept by the server and cannot be set.</source>
   <translation>{known} ({name}) führt der Server selbst; das Feld kann nicht gesetzt werden.</translation>
  </message>
  <message>
   <source>{known} cannot be empty there. Choose another value.</source>
   <translation>{known} darf dort nicht leer sein. Wählen Sie einen anderen Wert.</translation>
  </message>
  <message>
   <source>{known} cannot hold {dumps}.</source>
   <translation>{known} kann {dumps} nicht aufnehmen.</translation>
  </message>
  <message>
   <source>{known} cannot point to a record of {module}.</source>
   <translation>{known} kann nicht auf einen Datensatz aus {module} zeigen.</translation>
  </message>
  <message>
   <source>{known} does not take true or false.</source>
   <translation>{known} nimmt weder wahr noch falsch an.</translation>
  </message>
  <message>
   <source>{known} has no choice “{given}”.{hint}</source>
   <translation>{known} hat keinen Auswahlwert „{given}“.{hint}</translation>
  </message>
  <message>
   <source>{known} holds a broken character (half of a pair). Type it anew.</source>
   <translation>{known} enthält ein beschädigtes Zeichen (die Hälfte eines Paars). Geben Sie es neu ein.</translation>
  </message>
  <message>
   <source>{known} holds a broken character. Type it anew.</source>
   <translation>{known} enthält ein beschädigtes Zeichen. Geben Sie es neu ein.</translation>
  </message>
  <message>
   <source>{known} holds an invisible zero character. Type the text again.</source>
   <translation>{known} enthält ein unsichtbares Nullzeichen. Geben Sie den Text neu ein.</translation>
  </message>
  <message>
   <source>{known} is kept by the server and cannot be changed.</source>
   <translation>{known} führt der Server selbst; das Feld kann nicht geändert werden.</translation>
  </message>
  <message>
   <source>{known} is kept by the server.</source>
   <translation>{known} führt der Server selbst.</translation>
  </message>
  <message>
   <source>{known} is too large a number.</source>
   <translation>{known}: Die Zahl ist zu groß.</translation>
  </message>
  <message>
   <source>{known} needs a record; “{plain}” is no id like 4711.</source>
   <translation>{known} braucht einen Datensatz; „{plain}“ ist keine ID wie 4711.</translation>
  </message>
  <message>
   <source>{known} takes a whole number.</source>
   <translation>{known} braucht eine ganze Zahl.</translation>
  </message>
  <message>
   <source>{known} takes {max_length} characters, these are {n}.</source>
   <translation>{known} fasst {max_length} Zeichen, dies sind {n}.</translation>
  </message>
  <message>
   <source>{known} takes {max_length} characters; this text has {n}.</source>
   <translation>{known} fasst {max_length} Zeichen; dieser Text hat {n}.</translation>
  </message>
  <message>
   <source>{label} holds a character that cannot be sent. Type it anew.</source>
   <translation>{label} enthält ein Zeichen, das nicht gesendet werden kann. Geben Sie es neu ein.</translation>
  </message>
  <message>
   <source>{label} must be filled.</source>
   <translation>{label} muss ausgefüllt sein.</translation>
  </message>
  <message>
   <source>{label} {values} is given anew.</source>
   <translation>{label} {values} wird neu vergeben.</translation>
  </message>
  <message>
   <source>{least} to {most}</source>
   <translation>{least} bis {most}</translation>
  </message>
  <message>
   <source>{left} and {right}: no differences.</source>
   <translation>{left} und {right}: keine Unterschiede.</translation>
  </message>
  <message>
   <source>{missing} is missing. Nothing was sent.</source>
   <translation>{missing} fehlt. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{missing} must be given. Nothing was sent.</source>
   <translation>{missing} muss angegeben werden. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{module} ({field})</source>
   <translation>{module} ({field})</translation>
  </message>
  <message>
   <source>{module} ({n} of {all})</source>
   <translation>{module} ({n} von {all})</translation>
  </message>
  <message>
   <source>{module} are on the server only</source>
   <translation>{module}: nur auf dem Server</translation>
  </message>
  <message>
   <source>{module} belong to other records and are not copied by themselves.</source>
   <translation>{module} gehören zu anderen Datensätzen und werden nicht einzeln kopiert.</translation>
  </message>
  <message>
   <source>{module} belong to the system and may hold keys: they are never copied.</source>
   <translation>{module} gehören zum System und enthalten vielleicht Schlüssel: Sie werden nie kopiert.</translation>
  </message>
  <message>
   <source>{module} has no field {name}.</source>
   <translation>{module} hat kein Feld {name}.</translation>
  </message>
  <message>
   <source>{module} in {account}</source>
   <translation>{module} in {account}</translation>
  </message>
  <message>
   <source>{module} was added, but the server did not say under which number. Look before you try again.</source>
   <translation>{module} wurde angelegt, aber der Server hat nicht gesagt, unter welcher Nummer. Sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>{module} {title} ({key}) is marked for deletion. Nothing is sent before you review and apply; until then you can take it back.</source>
   <translation>{module} {title} ({key}) wird zum Löschen vorgemerkt. Gesendet wird erst, wenn Sie prüfen und anwenden; bis dahin können Sie es zurücknehmen.</translation>
  </message>
  <message>
   <source>{module}, found by the server</source>
   <translation>{module}, vom Server gefunden</translation>
  </message>
  <message>
   <source>{module}, read only</source>
   <translation>{module}, schreibgeschützt</translation>
  </message>
  <message>
   <source>{module}, read only for you</source>
   <translation>{module}, für Sie schreibgeschützt</translation>
  </message>
  <message>
   <source>{module}, {count} records</source>
   <translation>{module}, {count} Datensätze</translation>
  </message>
  <message>
   <source>{module}: the server asks to wait</source>
   <translation>{module}: Der Server bittet zu warten</translation>
  </message>
  <message>
   <source>{module}: {changed} new or changed, {deleted} gone.</source>
   <translation>{module}: {changed} neu oder geändert, {deleted} weg.</translation>
  </message>
  <message>
   <source>{module}: {trouble}</source>
   <translation>{module}: {trouble}</translation>
  </message>
  <message>
   <source>{module}: {written} records written to {table}, {deleted} removed.</source>
   <translation>{module}: {written} Datensätze in {table} geschrieben, {deleted} entfernt.</translation>
  </message>
  <message>
   <source>{month} {year}</source>
   <translation>{month} {year}</translation>
  </message>
  <message>
   <source>{name} cannot be read: {why}.</source>
   <translation>{name} kann nicht gelesen werden: {why}.</translation>
  </message>
  <message>
   <source>{name} holds no changes.</source>
   <translation>{name} enthält keine Änderungen.</translation>
  </message>
  <message>
   <source>{name} is a JSON list. Nothing was sent.</source>
   <translation>{name} ist eine JSON-Liste. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{name} is a JSON object. Nothing was sent.</source>
   <translation>{name} ist ein JSON-Objekt. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{name} is a whole number there, “{given}” is not one. Nothing was sent.</source>
   <translation>{name} ist dort eine ganze Zahl, „{given}“ ist keine. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{name} is locked</source>
   <translation>{name} ist gesperrt</translation>
  </message>
  <message>
   <source>{name} is missing. Nothing was sent.</source>
   <translation>{name} fehlt. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{name} is no JSON: {error}. Nothing was sent.</source>
   <translation>{name} ist kein JSON: {error}. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{name} is not UTF-8, so it is no file of changes.</source>
   <translation>{name} ist nicht UTF-8, also keine Datei mit Änderungen.</translation>
  </message>
  <message>
   <source>{name} is too large to be opened as changes.</source>
   <translation>{name} ist zu groß, um als Änderungen geöffnet zu werden.</translation>
  </message>
  <message>
   <source>{name} takes a number; “{plain}” is none.</source>
   <translation>{name} braucht eine Zahl; „{plain}“ ist keine.</translation>
  </message>
  <message>
   <source>{name} was refused</source>
   <translation>{name} wurde abgelehnt</translation>
  </message>
  <message>
   <source>{name}, administrator</source>
   <translation>{name}, Administrator</translation>
  </message>
  <message>
   <source>{name}: {amount}, {records}</source>
   <translation>{name}: {amount}, {records}</translation>
  </message>
  <message>
   <source>{name}: {records}</source>
   <translation>{name}: {records}</translation>
  </message>
  <message>
   <source>{next} Nothing was sent.</source>
   <translation>{next} Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{now} had the id {known} on this server and now has {now_2}: it may be another installation. {next_step}</source>
   <translation>{now} hatte auf diesem Server die ID {known} und hat jetzt {now_2}: Es ist vielleicht eine andere Installation. {next_step}</translation>
  </message>
  <message>
   <source>{n} GB</source>
   <translation>{n} GB</translation>
  </message>
  <message>
   <source>{n} M</source>
   <translation>{n} Mio.</translation>
  </message>
  <message>
   <source>{n} MB</source>
   <translation>{n} MB</translation>
  </message>
  <message numerus="yes">
   <source>{n} applied</source>
   <extracomment>{n} applied</extracomment>
   <translation>
    <numerusform>{n} angewendet</numerusform>
    <numerusform>{n} angewendet</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are not in the copy</source>
   <extracomment>1 is not in the copy</extracomment>
   <translation>
    <numerusform>1 ist nicht in der Kopie</numerusform>
    <numerusform>{n} sind nicht in der Kopie</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are not on the server</source>
   <extracomment>1 is not on the server</extracomment>
   <translation>
    <numerusform>1 ist nicht auf dem Server</numerusform>
    <numerusform>{n} sind nicht auf dem Server</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} are so already</source>
   <extracomment>1 is so already</extracomment>
   <translation>
    <numerusform>1 ist schon so</numerusform>
    <numerusform>{n} sind schon so</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} batches</source>
   <extracomment>{n} batch</extracomment>
   <translation>
    <numerusform>{n} Vorgang</numerusform>
    <numerusform>{n} Vorgänge</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cannot</source>
   <extracomment>1 cannot</extracomment>
   <translation>
    <numerusform>1 geht nicht</numerusform>
    <numerusform>{n} gehen nicht</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells get a value.</source>
   <extracomment>{n} cell gets a value.</extracomment>
   <translation>
    <numerusform>{n} Zelle bekommt einen Wert.</numerusform>
    <numerusform>{n} Zellen bekommen einen Wert.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells hold an error instead of a value, the first is {first} ({what}).</source>
   <extracomment>1 cell holds an error instead of a value, the first is {first} ({what}).</extracomment>
   <translation>
    <numerusform>1 Zelle enthält einen Fehler statt eines Werts, die erste ist {first} ({what}).</numerusform>
    <numerusform>{n} Zellen enthalten einen Fehler statt eines Werts, die erste ist {first} ({what}).</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} cells hold formulas or errors without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.</source>
   <extracomment>1 cell holds a formula without a stored value, the first is {first}. Open the file in your spreadsheet program and save it there: that stores the values.</extracomment>
   <translation>
    <numerusform>1 Zelle enthält eine Formel ohne gespeicherten Wert, nämlich {first}. Öffnen Sie die Datei in Ihrem Tabellenprogramm und speichern Sie sie dort: Das speichert die Werte.</numerusform>
    <numerusform>{n} Zellen enthalten Formeln oder Fehler ohne gespeicherten Wert, die erste ist {first}. Öffnen Sie die Datei in Ihrem Tabellenprogramm und speichern Sie sie dort: Das speichert die Werte.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} change</source>
   <extracomment>1 changes</extracomment>
   <translation>
    <numerusform>1 ändert sich</numerusform>
    <numerusform>{n} ändern sich</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes</source>
   <extracomment>{n} change</extracomment>
   <translation>
    <numerusform>{n} Änderung</numerusform>
    <numerusform>{n} Änderungen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them when you like.</source>
   <extracomment>{n} change is pending. Review and apply it when you like.</extracomment>
   <translation>
    <numerusform>{n} Änderung ist vorgemerkt. Prüfen Sie sie und wenden Sie sie an, wann Sie möchten.</numerusform>
    <numerusform>{n} Änderungen sind vorgemerkt. Prüfen Sie sie und wenden Sie sie an, wann Sie möchten.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes are pending. Review and apply them with Ctrl+Shift+Return.</source>
   <extracomment>1 change is pending. Review and apply it with Ctrl+Shift+Return.</extracomment>
   <translation>
    <numerusform>1 Änderung ist vorgemerkt. Prüfen und anwenden mit Strg+Umschalt+Return.</numerusform>
    <numerusform>{n} Änderungen sind vorgemerkt. Prüfen und anwenden mit Strg+Umschalt+Return.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes discarded. Undo brings them back.</source>
   <extracomment>{n} change discarded. Undo brings it back.</extracomment>
   <translation>
    <numerusform>{n} Änderung verworfen. Rückgängig holt sie zurück.</numerusform>
    <numerusform>{n} Änderungen verworfen. Rückgängig holt sie zurück.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes go back</source>
   <extracomment>{n} change goes back</extracomment>
   <translation>
    <numerusform>{n} Änderung geht zurück</numerusform>
    <numerusform>{n} Änderungen gehen zurück</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes of {account} are safe on this computer.</source>
   <extracomment>{n} change of {account} is safe on this computer.</extracomment>
   <translation>
    <numerusform>{n} Änderung von {account} ist auf diesem Computer sicher.</numerusform>
    <numerusform>{n} Änderungen von {account} sind auf diesem Computer sicher.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes saved in {name}.</source>
   <extracomment>{n} change saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} Änderung in {name} gespeichert.</numerusform>
    <numerusform>{n} Änderungen in {name} gespeichert.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes waiting</source>
   <extracomment>1 change waiting</extracomment>
   <translation>
    <numerusform>1 Änderung vorgemerkt</numerusform>
    <numerusform>{n} Änderungen vorgemerkt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes were left out.</source>
   <extracomment>1 change was left out.</extracomment>
   <translation>
    <numerusform>1 Änderung wurde ausgelassen.</numerusform>
    <numerusform>{n} Änderungen wurden ausgelassen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes will wait for your review</source>
   <extracomment>1 change will wait for your review</extracomment>
   <translation>
    <numerusform>1 Änderung wird zur Prüfung vorgemerkt</numerusform>
    <numerusform>{n} Änderungen werden zur Prüfung vorgemerkt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} changes written to {name}.</source>
   <extracomment>{n} change written to {name}.</extracomment>
   <translation>
    <numerusform>{n} Änderung in {name} geschrieben.</numerusform>
    <numerusform>{n} Änderungen in {name} geschrieben.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts</source>
   <extracomment>{n} conflict</extracomment>
   <translation>
    <numerusform>{n} Konflikt</numerusform>
    <numerusform>{n} Konflikte</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} conflicts are not decided</source>
   <extracomment>{n} conflict is not decided</extracomment>
   <translation>
    <numerusform>{n} Konflikt ist nicht entschieden</numerusform>
    <numerusform>{n} Konflikte sind nicht entschieden</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} damaged texts were found.</source>
   <extracomment>1 damaged text was found.</extracomment>
   <translation>
    <numerusform>1 beschädigter Text wurde gefunden.</numerusform>
    <numerusform>{n} beschädigte Texte wurden gefunden.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} days ago</source>
   <extracomment>{n} day ago</extracomment>
   <translation>
    <numerusform>vor {n} Tag</numerusform>
    <numerusform>vor {n} Tagen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} documents uploaded.</source>
   <extracomment>{n} document uploaded.</extracomment>
   <translation>
    <numerusform>{n} Dokument hochgeladen.</numerusform>
    <numerusform>{n} Dokumente hochgeladen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} elements</source>
   <extracomment>{n} element</extracomment>
   <translation>
    <numerusform>{n} Element</numerusform>
    <numerusform>{n} Elemente</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty</source>
   <extracomment>1 empty</extracomment>
   <translation>
    <numerusform>1 leer</numerusform>
    <numerusform>{n} leer</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} empty cells of the clipboard lie over values ({columns}). Should the values stay or go?</source>
   <extracomment>One empty cell of the clipboard lies over a value ({columns}). Should the value stay or go?</extracomment>
   <translation>
    <numerusform>Eine leere Zelle der Zwischenablage liegt über einem Wert ({columns}). Soll der Wert bleiben oder geleert werden?</numerusform>
    <numerusform>{n} leere Zellen der Zwischenablage liegen über Werten ({columns}). Sollen die Werte bleiben oder geleert werden?</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields</source>
   <extracomment>{n} field</extracomment>
   <translation>
    <numerusform>{n} Feld</numerusform>
    <numerusform>{n} Felder</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields are stored differently.</source>
   <extracomment>{n} field is stored differently.</extracomment>
   <translation>
    <numerusform>{n} Feld ist anders gespeichert.</numerusform>
    <numerusform>{n} Felder sind anders gespeichert.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields of this view do not exist here and were left out: {names}.</source>
   <extracomment>One field of this view does not exist here and was left out: {names}.</extracomment>
   <translation>
    <numerusform>Ein Feld dieser Ansicht gibt es hier nicht, es wurde weggelassen: {names}.</numerusform>
    <numerusform>{n} Felder dieser Ansicht gibt es hier nicht, sie wurden weggelassen: {names}.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fields were changed since by somebody else and stay as they are.</source>
   <extracomment>{n} field was changed since by somebody else and stays as it is.</extracomment>
   <translation>
    <numerusform>{n} Feld hat seither jemand anders geändert; es bleibt, wie es ist.</numerusform>
    <numerusform>{n} Felder hat seither jemand anders geändert; sie bleiben, wie sie sind.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} files, {size} KB</source>
   <extracomment>{n} file, {size} KB</extracomment>
   <translation>
    <numerusform>{n} Datei, {size} KB</numerusform>
    <numerusform>{n} Dateien, {size} KB</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} fine</source>
   <extracomment>1 fine</extracomment>
   <translation>
    <numerusform>1 in Ordnung</numerusform>
    <numerusform>{n} in Ordnung</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} groups of records are likely the same.</source>
   <extracomment>1 group of records is likely the same.</extracomment>
   <translation>
    <numerusform>1 Gruppe von Datensätzen ist vermutlich doppelt.</numerusform>
    <numerusform>{n} Gruppen von Datensätzen sind vermutlich doppelt.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} h</source>
   <translation>{n} h</translation>
  </message>
  <message numerus="yes">
   <source>{n} hits</source>
   <extracomment>{n} hit</extracomment>
   <translation>
    <numerusform>{n} Treffer</numerusform>
    <numerusform>{n} Treffer</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} in other currencies left out</source>
   <extracomment>{n} in another currency left out</extracomment>
   <translation>
    <numerusform>{n} in anderer Währung ausgelassen</numerusform>
    <numerusform>{n} in anderen Währungen ausgelassen</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} k</source>
   <translation>{n} Tsd.</translation>
  </message>
  <message>
   <source>{n} kB</source>
   <translation>{n} kB</translation>
  </message>
  <message numerus="yes">
   <source>{n} lines</source>
   <extracomment>{n} line</extracomment>
   <translation>
    <numerusform>{n} Position</numerusform>
    <numerusform>{n} Positionen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines ({some})</source>
   <extracomment>Line {some}</extracomment>
   <translation>
    <numerusform>Zeile {some}</numerusform>
    <numerusform>{n} Zeilen ({some})</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent</source>
   <extracomment>1 line is not as it was sent</extracomment>
   <translation>
    <numerusform>1 Position ist nicht wie gesendet</numerusform>
    <numerusform>{n} Positionen sind nicht wie gesendet</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent.</source>
   <extracomment>{n} line is not as it was sent.</extracomment>
   <translation>
    <numerusform>{n} Position ist nicht wie gesendet.</numerusform>
    <numerusform>{n} Positionen sind nicht wie gesendet.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines are not as they were sent: open the document to restore them.</source>
   <extracomment>{n} line is not as it was sent: open the document to restore it.</extracomment>
   <translation>
    <numerusform>{n} Position ist nicht wie gesendet: Öffnen Sie den Beleg, um sie wiederherzustellen.</numerusform>
    <numerusform>{n} Positionen sind nicht wie gesendet: Öffnen Sie den Beleg, um sie wiederherzustellen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} lines changed</source>
   <extracomment>{n} line changed</extracomment>
   <translation>
    <numerusform>{n} Position geändert</numerusform>
    <numerusform>{n} Positionen geändert</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} min</source>
   <translation>{n} min</translation>
  </message>
  <message>
   <source>{n} minutes</source>
   <translation>{n} Minuten</translation>
  </message>
  <message numerus="yes">
   <source>{n} modules</source>
   <extracomment>{n} module</extracomment>
   <translation>
    <numerusform>{n} Modul</numerusform>
    <numerusform>{n} Module</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more</source>
   <extracomment>{n} more</extracomment>
   <translation>
    <numerusform>{n} weiterer</numerusform>
    <numerusform>{n} weitere</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} more rows are not shown.</source>
   <extracomment>{n} more row is not shown.</extracomment>
   <translation>
    <numerusform>{n} weitere Zeile wird nicht gezeigt.</numerusform>
    <numerusform>{n} weitere Zeilen werden nicht gezeigt.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} ms</source>
   <translation>{n} ms</translation>
  </message>
  <message numerus="yes">
   <source>{n} new records</source>
   <extracomment>1 new record</extracomment>
   <translation>
    <numerusform>1 neuer Datensatz</numerusform>
    <numerusform>{n} neue Datensätze</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} new records look like ones that are there already, and the server would take them twice.</source>
   <extracomment>{n} new record looks like one that is there already, and the server would take it twice.</extracomment>
   <translation>
    <numerusform>{n} neuer Datensatz gleicht einem, der schon da ist; der Server würde ihn doppelt anlegen.</numerusform>
    <numerusform>{n} neue Datensätze gleichen solchen, die schon da sind; der Server würde sie doppelt anlegen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} not sent</source>
   <extracomment>{n} not sent</extracomment>
   <translation>
    <numerusform>{n} nicht gesendet</numerusform>
    <numerusform>{n} nicht gesendet</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} of its lines are not as they were sent.</source>
   <extracomment>1 of its lines is not as it was sent.</extracomment>
   <translation>
    <numerusform>1 Position darin ist nicht wie gesendet.</numerusform>
    <numerusform>{n} Positionen darin sind nicht wie gesendet.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} of {n_2} lines were not saved: {failed}</source>
   <translation>{n} von {n_2} Positionen wurden nicht gespeichert: {failed}</translation>
  </message>
  <message numerus="yes">
   <source>{n} older than 30 days</source>
   <extracomment>{n} older than 30 days</extracomment>
   <translation>
    <numerusform>{n} älter als 30 Tage</numerusform>
    <numerusform>{n} älter als 30 Tage</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} only left</source>
   <translation>{n} nur links</translation>
  </message>
  <message>
   <source>{n} only right</source>
   <translation>{n} nur rechts</translation>
  </message>
  <message numerus="yes">
   <source>{n} operations</source>
   <extracomment>{n} operation</extracomment>
   <translation>
    <numerusform>{n} Operation</numerusform>
    <numerusform>{n} Operationen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} opportunities</source>
   <extracomment>{n} opportunity</extracomment>
   <translation>
    <numerusform>{n} Verkaufschance</numerusform>
    <numerusform>{n} Verkaufschancen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} other lines were changed on the server meanwhile and stay so</source>
   <extracomment>{n} other line was changed on the server meanwhile and stays so</extracomment>
   <translation>
    <numerusform>{n} andere Position wurde inzwischen auf dem Server geändert und bleibt so</numerusform>
    <numerusform>{n} andere Positionen wurden inzwischen auf dem Server geändert und bleiben so</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages</source>
   <extracomment>{n} page</extracomment>
   <translation>
    <numerusform>{n} Seite</numerusform>
    <numerusform>{n} Seiten</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages saved in {name}.</source>
   <extracomment>{n} page saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} Seite in {name} gespeichert.</numerusform>
    <numerusform>{n} Seiten in {name} gespeichert.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pages, A4</source>
   <extracomment>{n} page, A4</extracomment>
   <translation>
    <numerusform>{n} Seite, A4</numerusform>
    <numerusform>{n} Seiten, A4</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} pending changes are not in the file.</source>
   <extracomment>1 pending change is not in the file.</extracomment>
   <translation>
    <numerusform>1 vorgemerkte Änderung ist nicht in der Datei.</numerusform>
    <numerusform>{n} vorgemerkte Änderungen sind nicht in der Datei.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} ranges of cells are merged ({some}): only the first cell of each has the value.</source>
   <translation>{n} Zellbereiche sind verbunden ({some}): Nur die erste Zelle hat jeweils den Wert.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records</source>
   <extracomment>1 record</extracomment>
   <translation>
    <numerusform>{n} Datensatz</numerusform>
    <numerusform>{n} Datensätze</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records applied</source>
   <extracomment>{n} record applied</extracomment>
   <translation>
    <numerusform>{n} Datensatz angewendet</numerusform>
    <numerusform>{n} Datensätze angewendet</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are as the file wants them already.</source>
   <extracomment>1 record is as the file wants it already.</extracomment>
   <translation>
    <numerusform>1 Datensatz ist schon so, wie die Datei ihn will.</numerusform>
    <numerusform>{n} Datensätze sind schon so, wie die Datei sie will.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are as they were already.</source>
   <extracomment>{n} record is as it was already.</extracomment>
   <translation>
    <numerusform>{n} Datensatz ist schon wie vorher.</numerusform>
    <numerusform>{n} Datensätze sind schon wie vorher.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records are called “{texts}” ({some}). Write the id instead.</source>
   <translation>{n} Datensätze heißen „{texts}“ ({some}). Schreiben Sie stattdessen die ID.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records are deleted</source>
   <extracomment>1 record is deleted</extracomment>
   <translation>
    <numerusform>1 Datensatz wird gelöscht</numerusform>
    <numerusform>{n} Datensätze werden gelöscht</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records are updated</source>
   <extracomment>1 record is updated</extracomment>
   <translation>
    <numerusform>1 Datensatz wird aktualisiert</numerusform>
    <numerusform>{n} Datensätze werden aktualisiert</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records came without an id and were left out.</source>
   <extracomment>{n} record came without an id and was left out.</extracomment>
   <translation>
    <numerusform>{n} Datensatz kam ohne ID und wurde ausgelassen.</numerusform>
    <numerusform>{n} Datensätze kamen ohne ID und wurden ausgelassen.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed</source>
   <extracomment>{n} record cannot be changed</extracomment>
   <translation>
    <numerusform>{n} Datensatz nicht änderbar</numerusform>
    <numerusform>{n} Datensätze nicht änderbar</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records cannot be changed and are left out; the table says why.</source>
   <extracomment>{n} record cannot be changed and is left out; the table says why.</extracomment>
   <translation>
    <numerusform>{n} Datensatz kann nicht geändert werden und wird ausgelassen; die Tabelle sagt, warum.</numerusform>
    <numerusform>{n} Datensätze können nicht geändert werden und werden ausgelassen; die Tabelle sagt, warum.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records found</source>
   <extracomment>1 record found</extracomment>
   <translation>
    <numerusform>1 Datensatz gefunden</numerusform>
    <numerusform>{n} Datensätze gefunden</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records have no id and are left out.</source>
   <extracomment>1 record has no id and is left out.</extracomment>
   <translation>
    <numerusform>1 Datensatz hat keine ID und wird ausgelassen.</numerusform>
    <numerusform>{n} Datensätze haben keine ID und werden ausgelassen.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records have this: {hits}.</source>
   <translation>{n} Datensätze haben das: {hits}.</translation>
  </message>
  <message>
   <source>{n} records in a production account. Type {n} to confirm:</source>
   <translation>{n} Datensätze in einem Produktivkonto. Zum Bestätigen {n} eintippen:</translation>
  </message>
  <message numerus="yes">
   <source>{n} records read…</source>
   <extracomment>1 record read…</extracomment>
   <translation>
    <numerusform>1 Datensatz gelesen…</numerusform>
    <numerusform>{n} Datensätze gelesen…</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records saved in {name} ({size}).</source>
   <extracomment>1 record saved in {name} ({size}).</extracomment>
   <translation>
    <numerusform>1 Datensatz in {name} gespeichert ({size}).</numerusform>
    <numerusform>{n} Datensätze in {name} gespeichert ({size}).</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records that refer to the others</source>
   <extracomment>1 record that refers to the others</extracomment>
   <translation>
    <numerusform>1 Datensatz, der auf die anderen verweist</numerusform>
    <numerusform>{n} Datensätze, die auf die anderen verweisen</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} records were changed on the server after you loaded them. Choose a value for each field that both of you changed.</source>
   <translation>{n} Datensätze wurden auf dem Server geändert, nachdem Sie sie geladen haben. Wählen Sie einen Wert für jedes Feld, das beide geändert haben.</translation>
  </message>
  <message numerus="yes">
   <source>{n} records were looked at, and nothing is damaged.</source>
   <extracomment>1 record was looked at, and nothing is damaged.</extracomment>
   <translation>
    <numerusform>1 Datensatz wurde angesehen, nichts ist beschädigt.</numerusform>
    <numerusform>{n} Datensätze wurden angesehen, nichts ist beschädigt.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records were new or different.</source>
   <extracomment>1 record was new or different.</extracomment>
   <translation>
    <numerusform>1 Datensatz war neu oder anders.</numerusform>
    <numerusform>{n} Datensätze waren neu oder anders.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} records written</source>
   <extracomment>1 record written</extracomment>
   <translation>
    <numerusform>1 Datensatz geschrieben</numerusform>
    <numerusform>{n} Datensätze geschrieben</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} refused</source>
   <extracomment>{n} refused</extracomment>
   <translation>
    <numerusform>{n} abgelehnt</numerusform>
    <numerusform>{n} abgelehnt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} removed lines come back with a new id.</source>
   <extracomment>A removed line comes back with a new id.</extracomment>
   <translation>
    <numerusform>Eine entfernte Position kommt mit neuer ID zurück.</numerusform>
    <numerusform>{n} entfernte Positionen kommen mit neuer ID zurück.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} removed lines come back with new ids.</source>
   <extracomment>The removed line comes back with a new id.</extracomment>
   <translation>
    <numerusform>Die entfernte Position kommt mit neuer ID zurück.</numerusform>
    <numerusform>{n} entfernte Positionen kommen mit neuen IDs zurück.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows</source>
   <extracomment>{n} row</extracomment>
   <translation>
    <numerusform>{n} Zeile</numerusform>
    <numerusform>{n} Zeilen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows are left out</source>
   <extracomment>1 row is left out</extracomment>
   <translation>
    <numerusform>1 Zeile wird ausgelassen</numerusform>
    <numerusform>{n} Zeilen werden ausgelassen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows cannot be read in {column}</source>
   <extracomment>1 row cannot be read in {column}</extracomment>
   <translation>
    <numerusform>1 Zeile nicht lesbar in {column}</numerusform>
    <numerusform>{n} Zeilen nicht lesbar in {column}</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows have no {column}</source>
   <extracomment>1 row has no {column}</extracomment>
   <translation>
    <numerusform>1 Zeile ohne {column}</numerusform>
    <numerusform>{n} Zeilen ohne {column}</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows hold what the server has already</source>
   <extracomment>1 row holds what the server has already</extracomment>
   <translation>
    <numerusform>1 Zeile enthält, was der Server schon hat</numerusform>
    <numerusform>{n} Zeilen enthalten, was der Server schon hat</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} rows saved in {name}.</source>
   <extracomment>{n} row saved in {name}.</extracomment>
   <translation>
    <numerusform>{n} Zeile in {name} gespeichert.</numerusform>
    <numerusform>{n} Zeilen in {name} gespeichert.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} rows…</source>
   <translation>{n} Zeilen…</translation>
  </message>
  <message>
   <source>{n} s</source>
   <translation>{n} s</translation>
  </message>
  <message>
   <source>{n} seconds</source>
   <translation>{n} Sekunden</translation>
  </message>
  <message>
   <source>{n} the same</source>
   <translation>{n} gleich</translation>
  </message>
  <message numerus="yes">
   <source>{n} the server does not tell</source>
   <extracomment>{n} the server does not tell</extracomment>
   <translation>
    <numerusform>zu {n} sagt der Server nichts</numerusform>
    <numerusform>zu {n} sagt der Server nichts</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} things cannot come back; the table says why.</source>
   <extracomment>{n} thing cannot come back; the table says why.</extracomment>
   <translation>
    <numerusform>{n} Eintrag lässt sich nicht zurückholen; die Tabelle sagt, warum.</numerusform>
    <numerusform>{n} Einträge lassen sich nicht zurückholen; die Tabelle sagt, warum.</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} undone</source>
   <translation>{n} rückgängig</translation>
  </message>
  <message numerus="yes">
   <source>{n} unknown</source>
   <extracomment>{n} unknown</extracomment>
   <translation>
    <numerusform>{n} unbekannt</numerusform>
    <numerusform>{n} unbekannt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} values are not of their fields' types and are empty in the file.</source>
   <extracomment>{n} value is not of its field's type and is empty in the file.</extracomment>
   <translation>
    <numerusform>{n} Wert passt nicht zum Typ seines Feldes und ist in der Datei leer.</numerusform>
    <numerusform>{n} Werte passen nicht zum Typ ihres Feldes und sind in der Datei leer.</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were done</source>
   <extracomment>{n} was done</extracomment>
   <translation>
    <numerusform>{n} wurde ausgeführt</numerusform>
    <numerusform>{n} wurden ausgeführt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} were not done</source>
   <extracomment>{n} was not done</extracomment>
   <translation>
    <numerusform>{n} wurde nicht ausgeführt</numerusform>
    <numerusform>{n} wurden nicht ausgeführt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} would not, the first: </source>
   <extracomment>{n} would not: </extracomment>
   <translation>
    <numerusform>{n} würde nicht gesendet: </numerusform>
    <numerusform>{n} würden nicht gesendet, der erste: </numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} written …</source>
   <extracomment>{n} written …</extracomment>
   <translation>
    <numerusform>{n} geschrieben …</numerusform>
    <numerusform>{n} geschrieben …</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>{n} wrong</source>
   <extracomment>1 wrong</extracomment>
   <translation>
    <numerusform>1 falsch</numerusform>
    <numerusform>{n} falsch</numerusform>
   </translation>
  </message>
  <message>
   <source>{n} {relation} of {record} are not moved.</source>
   <translation>{n} {relation} von {record} werden nicht übernommen.</translation>
  </message>
  <message>
   <source>{n} · before, asked and stored</source>
   <translation>{n} · vorher, gesendet und gespeichert</translation>
  </message>
  <message>
   <source>{operation} changes data on the server: add --write if you mean it.</source>
   <translation>{operation} ändert Daten auf dem Server: Fügen Sie --write hinzu, wenn Sie das wollen.</translation>
  </message>
  <message>
   <source>{operation} does not know this; it takes {known}.</source>
   <translation>{operation} kennt das nicht, sondern {known}.</translation>
  </message>
  <message>
   <source>{operation} has no parameter “{unknown}”. Its parameters: {known}.</source>
   <translation>{operation} hat keinen Parameter „{unknown}“. Parameter: {known}.</translation>
  </message>
  <message>
   <source>{operation} in {records}</source>
   <translation>{operation} in {records}</translation>
  </message>
  <message>
   <source>{operation} in {records} over SOAP</source>
   <translation>{operation} in {records} über SOAP</translation>
  </message>
  <message>
   <source>{op} knows no “{unknown}”; it takes {known}.</source>
   <translation>{op} kennt kein „{unknown}“, sondern {known}.</translation>
  </message>
  <message>
   <source>{path} cannot be opened: {strerror}.</source>
   <translation>{path} kann nicht geöffnet werden: {strerror}.</translation>
  </message>
  <message>
   <source>{path} cannot be read.</source>
   <translation>{path} ist nicht lesbar.</translation>
  </message>
  <message>
   <source>{path} cannot be read: {strerror}.</source>
   <translation>{path} kann nicht gelesen werden: {strerror}.</translation>
  </message>
  <message>
   <source>{path} cannot be written: {why}.</source>
   <translation>{path} kann nicht geschrieben werden: {why}.</translation>
  </message>
  <message>
   <source>{path} has a cell at “{decode}”. Save it anew as XLSX, or as CSV.</source>
   <translation>{path} hat eine Zelle bei „{decode}“. Speichern Sie die Datei neu als XLSX oder als CSV.</translation>
  </message>
  <message>
   <source>{path} has a cell in row {rows} and one in column {columns}: that is too large a table. Take away what stands far from the others, or save the sheet as CSV.</source>
   <translation>{path} hat eine Zelle in Zeile {rows} und eine in Spalte {columns}: Die Tabelle ist zu groß. Entfernen Sie, was weit abseits steht, oder speichern Sie das Blatt als CSV.</translation>
  </message>
  <message>
   <source>{path} has a row that is too long. Save the sheet as CSV.</source>
   <translation>{path} hat eine zu lange Zeile. Speichern Sie das Blatt als CSV.</translation>
  </message>
  <message>
   <source>{path} has more than {most_rows} rows. Split it, or take out the rows that are not needed.</source>
   <translation>{path} hat mehr als {most_rows} Zeilen. Teilen Sie die Datei oder entfernen Sie nicht benötigte Zeilen.</translation>
  </message>
  <message>
   <source>{path} has no row with the columns' names.</source>
   <translation>{path} hat keine Zeile mit den Spaltennamen.</translation>
  </message>
  <message>
   <source>{path} has no sheet.</source>
   <translation>{path} hat kein Blatt.</translation>
  </message>
  <message>
   <source>{path} has {columns} columns; at most {most_columns} can be read. Take out those not needed.</source>
   <translation>{path} hat {columns} Spalten; höchstens {most_columns} können gelesen werden. Entfernen Sie nicht benötigte.</translation>
  </message>
  <message>
   <source>{path} holds more than it says. Save it anew as XLSX, or as CSV.</source>
   <translation>{path} enthält mehr als angegeben. Speichern Sie die Datei neu als XLSX oder als CSV.</translation>
  </message>
  <message>
   <source>{path} is a folder. Choose a CSV, XLSX or JSON lines file.</source>
   <translation>{path} ist ein Ordner. Wählen Sie eine Datei mit CSV, XLSX oder JSON-Zeilen.</translation>
  </message>
  <message>
   <source>{path} is an old or a protected workbook. Save it as XLSX or CSV without a password.</source>
   <translation>{path} ist eine alte oder geschützte Arbeitsmappe. Speichern Sie sie als XLSX oder CSV ohne Kennwort.</translation>
  </message>
  <message>
   <source>{path} is empty.</source>
   <translation>{path} ist leer.</translation>
  </message>
  <message>
   <source>{path} is larger than {most_bytes} MB. Split it.</source>
   <translation>{path} ist größer als {most_bytes} MB. Teilen Sie die Datei.</translation>
  </message>
  <message>
   <source>{path} is no text. Choose a CSV, XLSX or JSON lines file.</source>
   <translation>{path} ist kein Text. Wählen Sie eine Datei mit CSV, XLSX oder JSON-Zeilen.</translation>
  </message>
  <message>
   <source>{path} is no workbook that can be read. Save it as XLSX or CSV.</source>
   <translation>{path} ist keine lesbare Arbeitsmappe. Speichern Sie sie als XLSX oder CSV.</translation>
  </message>
  <message>
   <source>{path} is not UTF-8: {error}.</source>
   <translation>{path} ist nicht UTF-8: {error}.</translation>
  </message>
  <message>
   <source>{path} is not {encoding_label}: the line after {line} cannot be read. Choose another encoding.</source>
   <translation>{path} ist nicht {encoding_label}: Die Zeile nach {line} ist nicht lesbar. Wählen Sie eine andere Kodierung.</translation>
  </message>
  <message>
   <source>{path} is read as {encoding}.</source>
   <translation>{path} wird als {encoding} gelesen.</translation>
  </message>
  <message>
   <source>{path} unpacks to more than can be read. Split it, or save the sheet as CSV.</source>
   <translation>{path} ist entpackt zu groß zum Lesen. Teilen Sie die Datei oder speichern Sie das Blatt als CSV.</translation>
  </message>
  <message>
   <source>{percent} % of {base}</source>
   <translation>{percent} % von {base}</translation>
  </message>
  <message>
   <source>{place}, copy of {when}</source>
   <translation>{place}, Kopie vom {when}</translation>
  </message>
  <message>
   <source>{plugin} has no field “{name}”. Its fields: {open_ones}.</source>
   <translation>{plugin} hat kein Feld „{name}“. Felder: {open_ones}.</translation>
  </message>
  <message>
   <source>{plugin} has no secret “{field}”. Its secrets: {names}.</source>
   <translation>{plugin} hat kein Geheimnis „{field}“. Geheimnisse: {names}.</translation>
  </message>
  <message>
   <source>{plugin} has no secrets.</source>
   <translation>{plugin} hat keine Geheimnisse.</translation>
  </message>
  <message>
   <source>{plugin} has several secrets: write --secret-env FIELD={pair} for each of {names}.</source>
   <translation>{plugin} hat mehrere Geheimnisse: Schreiben Sie --secret-env FELD={pair} für jedes von {names}.</translation>
  </message>
  <message>
   <source>{plugin} needs {field}: --set {field_2}=…</source>
   <translation>{plugin} braucht {field}: --set {field_2}=…</translation>
  </message>
  <message>
   <source>{question}. Nothing was sent: look at it with --dry-run, then give --yes.</source>
   <translation>{question}. Es wurde nichts gesendet: Sehen Sie es mit --dry-run an, dann geben Sie --yes an.</translation>
  </message>
  <message>
   <source>{question}. Type {wanted} to go on: </source>
   <translation>{question}. Zum Fortfahren {wanted} eintippen: </translation>
  </message>
  <message>
   <source>{records} cannot be changed here.</source>
   <translation>{records} können hier nicht geändert werden.</translation>
  </message>
  <message>
   <source>{records} cannot be created here.</source>
   <translation>{records} können hier nicht angelegt werden.</translation>
  </message>
  <message>
   <source>{records} cannot be deleted here.</source>
   <translation>{records} können hier nicht gelöscht werden.</translation>
  </message>
  <message>
   <source>{records} cannot be listed over SOAP. {notice}</source>
   <translation>{records} lassen sich über SOAP nicht auflisten. {notice}</translation>
  </message>
  <message>
   <source>{records} could not be looked through: {reason}</source>
   <translation>{records} konnten nicht durchgesehen werden: {reason}</translation>
  </message>
  <message>
   <source>{records} has no field “{name}”.{hint}</source>
   <translation>{records}: kein Feld „{name}“.{hint}</translation>
  </message>
  <message>
   <source>{records} have no field for the column “{lost}”. Nothing was sent.</source>
   <translation>{records} haben kein Feld für die Spalte „{lost}“. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{records} have no field {field}.</source>
   <translation>{records} haben kein Feld {field}.</translation>
  </message>
  <message>
   <source>{records} have no field {missing}. {example}</source>
   <translation>{records} haben kein Feld {missing}. {example}</translation>
  </message>
  <message>
   <source>{records} have no field {name}.</source>
   <translation>{records} haben kein Feld {name}.</translation>
  </message>
  <message>
   <source>{records} have no field {unknown} any more. Choose another for its column.</source>
   <translation>{records} haben kein Feld {unknown} mehr. Wählen Sie ein anderes für dessen Spalte.</translation>
  </message>
  <message>
   <source>{records} have no field {unknown}, which is never to be touched.</source>
   <translation>{records} haben kein Feld {unknown}, das nie berührt werden darf.</translation>
  </message>
  <message>
   <source>{records} have no line items.</source>
   <translation>{records} haben keine Positionen.</translation>
  </message>
  <message>
   <source>{records} have no lines there.</source>
   <translation>{records} haben dort keine Positionen.</translation>
  </message>
  <message>
   <source>{records} have no lines.</source>
   <translation>{records} haben keine Positionen.</translation>
  </message>
  <message>
   <source>{record} is taken off the list {list} of {title}, on the server and at once. Both records stay.</source>
   <translation>{record} wird aus der Liste {list} von {title} entfernt, sofort und auf dem Server. Beide Datensätze bleiben bestehen.</translation>
  </message>
  <message>
   <source>{refused} “{token}” is not taken.</source>
   <translation>{refused} „{token}“ wird nicht angenommen.</translation>
  </message>
  <message>
   <source>{relation}: not for this user.</source>
   <translation>{relation}: nicht für diesen Benutzer.</translation>
  </message>
  <message>
   <source>{said} Nothing was sent.</source>
   <translation>{said} Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{said}. Journal {batch}</source>
   <translation>{said}. Journal {batch}</translation>
  </message>
  <message>
   <source>{said}; take it back with: crmdesk undo {batch}</source>
   <translation>{said}; zurücknehmen mit: crmdesk undo {batch}</translation>
  </message>
  <message>
   <source>{secret} (may be empty)</source>
   <translation>{secret} (darf leer sein)</translation>
  </message>
  <message>
   <source>{shown} does not begin with https:// or http://. Write it like https://crm.example.com.</source>
   <translation>{shown} beginnt nicht mit https:// oder http://. Schreiben Sie es so: https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} has a blank inside. Write it like https://crm.example.com.</source>
   <translation>{shown} enthält ein Leerzeichen. Schreiben Sie es so: https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} is not a web address. Write it like https://crm.example.com.</source>
   <translation>{shown} ist keine Webadresse. Schreiben Sie sie so: https://crm.example.com.</translation>
  </message>
  <message>
   <source>{shown} names no server. Write it like https://crm.example.com.</source>
   <translation>{shown} nennt keinen Server. Schreiben Sie es so: https://crm.example.com.</translation>
  </message>
  <message>
   <source>{target} could not be written: {strerror}.</source>
   <translation>{target} konnte nicht geschrieben werden: {strerror}.</translation>
  </message>
  <message>
   <source>{target} is a folder.</source>
   <translation>{target} ist ein Ordner.</translation>
  </message>
  <message>
   <source>{title} (copy)</source>
   <translation>{title} (Kopie)</translation>
  </message>
  <message>
   <source>{title} (optional)</source>
   <translation>{title} (optional)</translation>
  </message>
  <message>
   <source>{title} is a favourite now; Ctrl+G lists them.</source>
   <translation>{title} ist jetzt ein Favorit; Strg+G listet sie auf.</translation>
  </message>
  <message>
   <source>{title} is no longer a favourite.</source>
   <translation>{title} ist kein Favorit mehr.</translation>
  </message>
  <message>
   <source>{title} was changed on the server after you loaded it. Choose a value for each field that both of you changed.</source>
   <translation>{title} wurde auf dem Server geändert, nachdem Sie geladen haben. Wählen Sie einen Wert für jedes Feld, das beide geändert haben.</translation>
  </message>
  <message>
   <source>{told} Nothing was sent.</source>
   <translation>{told} Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{trouble} The account is saved without its key: it lasts for this run only, and crmdesk asks for it at the next start.</source>
   <translation>{trouble} Das Konto wird ohne seinen Schlüssel gespeichert: Er gilt nur, bis Sie crmdesk beenden, und wird beim nächsten Start erfragt.</translation>
  </message>
  <message>
   <source>{url} is not encrypted: anybody on the way could read the password. Write https://, or make the account a sandbox if it is a test system.</source>
   <translation>{url} ist nicht verschlüsselt: Unterwegs könnte jeder das Kennwort mitlesen. Schreiben Sie https://, oder machen Sie das Konto bei einem Testsystem zur Sandbox.</translation>
  </message>
  <message>
   <source>{used} are used.</source>
   <translation>{used} sind belegt.</translation>
  </message>
  <message>
   <source>{used} of {limit} are used.</source>
   <translation>{used} von {limit} sind belegt.</translation>
  </message>
  <message>
   <source>{used} of {limit} used on this computer</source>
   <translation>{used} von {limit} auf diesem Computer belegt</translation>
  </message>
  <message>
   <source>{used} used on this computer</source>
   <translation>{used} auf diesem Computer belegt</translation>
  </message>
  <message>
   <source>{value} gives exactly {sum}.</source>
   <translation>{value} ergibt genau {sum}.</translation>
  </message>
  <message>
   <source>{value} gives {sum}, the nearest that can be reached: {off} off.</source>
   <translation>{value} ergibt {sum}, näher geht es nicht: {off} daneben.</translation>
  </message>
  <message>
   <source>{vendors}. You need its address and a key.</source>
   <translation>{vendors}. Sie brauchen die Adresse und einen Schlüssel.</translation>
  </message>
  <message>
   <source>{verb} {path}</source>
   <translation>{verb} {path}</translation>
  </message>
  <message>
   <source>{what} Reload the document and look.</source>
   <translation>{what} Laden Sie den Beleg neu und sehen Sie nach.</translation>
  </message>
  <message>
   <source>{what} Reload the list and look before you try again.</source>
   <translation>{what} Laden Sie die Liste neu und sehen Sie nach, bevor Sie es noch einmal versuchen.</translation>
  </message>
  <message>
   <source>{what} can no longer be changed.</source>
   <translation>{what} kann nicht mehr geändert werden.</translation>
  </message>
  <message>
   <source>{what} cannot be opened on this computer.</source>
   <translation>{what} kann auf diesem Computer nicht geöffnet werden.</translation>
  </message>
  <message>
   <source>{what} does not take this value</source>
   <translation>{what} nimmt diesen Wert nicht an</translation>
  </message>
  <message>
   <source>{what} does not take {unknown}; it takes {known}. Nothing was sent.</source>
   <translation>{what} nimmt {unknown} nicht an, sondern {known}. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{what} has no parameter {unknown}. Nothing was sent.</source>
   <translation>{what} hat keinen Parameter {unknown}. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{what} has no such field</source>
   <translation>{what} hat kein solches Feld</translation>
  </message>
  <message>
   <source>{what} in {n} s</source>
   <translation>{what} in {n} s</translation>
  </message>
  <message>
   <source>{what} is between 0 and 100 %.</source>
   <translation>{what} liegt zwischen 0 und 100 %.</translation>
  </message>
  <message>
   <source>{what} is not a date.</source>
   <translation>{what} ist kein Datum.</translation>
  </message>
  <message>
   <source>{what} is not a number.</source>
   <translation>{what} ist keine Zahl.</translation>
  </message>
  <message>
   <source>{what} is one of these there: {rates}.</source>
   <translation>{what} ist dort eins davon: {rates}.</translation>
  </message>
  <message>
   <source>{what} knows no “{unknown}”; it takes {allowed}.</source>
   <translation>{what} kennt kein „{unknown}“, sondern {allowed}.</translation>
  </message>
  <message>
   <source>{what} must be a table.</source>
   <translation>{what} muss eine Tabelle sein.</translation>
  </message>
  <message>
   <source>{what} no longer takes such a value.</source>
   <translation>{what} nimmt so einen Wert nicht mehr an.</translation>
  </message>
  <message>
   <source>{what} takes no “{unknown}”. It takes: {known}.</source>
   <translation>{what} nimmt kein „{unknown}“ an, sondern: {known}.</translation>
  </message>
  <message>
   <source>{what} takes no “{unknown}”; it takes: {names}.</source>
   <translation>{what} nimmt kein „{unknown}“ an, sondern: {names}.</translation>
  </message>
  <message>
   <source>{what}, not included</source>
   <translation>{what}, nicht enthalten</translation>
  </message>
  <message>
   <source>{what}. Nothing was sent to the server.</source>
   <translation>{what}. Es wurde nichts an den Server gesendet.</translation>
  </message>
  <message>
   <source>{what}: staged, not sent yet.</source>
   <translation>{what}: vorgemerkt, noch nicht gesendet.</translation>
  </message>
  <message>
   <source>{what}: {figure}, {remark}</source>
   <translation>{what}: {figure}, {remark}</translation>
  </message>
  <message>
   <source>{what}: {number} is more than any server keeps.</source>
   <translation>{what}: {number} ist mehr, als irgendein Server speichert.</translation>
  </message>
  <message>
   <source>{what}: {state}</source>
   <translation>{what}: {state}</translation>
  </message>
  <message>
   <source>{what}…</source>
   <translation>{what}…</translation>
  </message>
  <message>
   <source>{which} asks for a login. Put user:password@ before the proxy's name in the account's settings.</source>
   <translation>{which} verlangt eine Anmeldung. Setzen Sie in den Kontoeinstellungen benutzer:kennwort@ vor den Namen des Proxys.</translation>
  </message>
  <message>
   <source>{why} Discard that field or enter it again.</source>
   <translation>{why} Verwerfen Sie das Feld oder geben Sie es neu ein.</translation>
  </message>
  <message>
   <source>{why} Nothing was sent.</source>
   <translation>{why} Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>{without_query} cannot be used as an address.</source>
   <translation>{without_query} ist als Adresse nicht brauchbar.</translation>
  </message>
  <message>
   <source>{work} ({n} of {all})</source>
   <translation>{work} ({n} von {all})</translation>
  </message>
  <message>
   <source>{wrong}{more} Nothing was sent.</source>
   <translation>{wrong}{more} Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>“clear” is true, or not there.</source>
   <translation>„clear“ ist true oder fehlt.</translation>
  </message>
  <message>
   <source>“lines” must be a list of objects.</source>
   <translation>„lines“ muss eine Liste von Objekten sein.</translation>
  </message>
  <message>
   <source>“op” must be one of {known}.</source>
   <translation>„op“ muss eins von {known} sein.</translation>
  </message>
  <message>
   <source>“records” begins with the smaller number.</source>
   <translation>„records“ beginnt mit der kleineren Zahl.</translation>
  </message>
  <message>
   <source>“records” is a number or two: records = 52, or records = [40, 60].</source>
   <translation>„records“ ist eine Zahl oder zwei: records = 52 oder records = [40, 60].</translation>
  </message>
  <message>
   <source>“replace” needs “with”: what to put in its place; an empty text takes it away.</source>
   <translation>„replace“ braucht „with“: was an die Stelle tritt; ein leerer Text entfernt es.</translation>
  </message>
  <message>
   <source>“set” of entry {number} must be an object; null takes a line out that is there.</source>
   <translation>„set“ von Eintrag {number} muss ein Objekt sein; null entfernt eine vorhandene Position.</translation>
  </message>
  <message>
   <source>“with” belongs to “replace”.</source>
   <translation>„with“ gehört zu „replace“.</translation>
  </message>
  <message>
   <source>“{campaign}” is no campaign's number. It stands in the address when you open the campaign.</source>
   <translation>„{campaign}“ ist keine Kampagnennummer. Sie steht in der Adresse, wenn Sie die Kampagne öffnen.</translation>
  </message>
  <message>
   <source>“{entry}” is no report. Write it like: 12 = Open orders; custom 7 = Sales.</source>
   <translation>„{entry}“ ist kein Bericht. Schreiben Sie zum Beispiel: 12 = Offene Aufträge; custom 7 = Verkauf.</translation>
  </message>
  <message>
   <source>“{field}” names the original.</source>
   <translation>„{field}“ nennt das Original.</translation>
  </message>
  <message>
   <source>“{given}” is none of the values allowed: {choices}.</source>
   <translation>„{given}“ ist keiner der erlaubten Werte: {choices}.</translation>
  </message>
  <message>
   <source>“{kinds}” takes a text.</source>
   <translation>„{kinds}“ braucht einen Text.</translation>
  </message>
  <message>
   <source>“{name}” is missing or must be a text.</source>
   <translation>„{name}“ fehlt oder muss ein Text sein.</translation>
  </message>
  <message>
   <source>“{name}” is missing.</source>
   <translation>„{name}“ fehlt.</translation>
  </message>
  <message>
   <source>“{name}” is open. Keep it among your own?</source>
   <translation>„{name}“ ist offen. Zu Ihren eigenen legen?</translation>
  </message>
  <message>
   <source>“{name}” is saved; Ctrl+K finds it by its name.</source>
   <translation>„{name}“ ist gespeichert; Strg+K findet die Ansicht über ihren Namen.</translation>
  </message>
  <message>
   <source>“{name}” is true or false.</source>
   <translation>„{name}“ ist true oder false.</translation>
  </message>
  <message>
   <source>“{name}” must be a list of tables: [[{name}]].</source>
   <translation>„{name}“ muss eine Liste von Tabellen sein: [[{name}]].</translation>
  </message>
  <message>
   <source>“{name}” must be a list of texts.</source>
   <translation>„{name}“ muss eine Liste von Texten sein.</translation>
  </message>
  <message>
   <source>“{name}” must be a number from 0 up.</source>
   <translation>„{name}“ muss eine Zahl ab 0 sein.</translation>
  </message>
  <message>
   <source>“{name}” must be a text.</source>
   <translation>„{name}“ muss ein Text sein.</translation>
  </message>
  <message>
   <source>“{name}” must be an object of fields.</source>
   <translation>„{name}“ muss ein Objekt aus Feldern sein.</translation>
  </message>
  <message>
   <source>“{name}” shows {module}, which this account does not have.</source>
   <translation>„{name}“ zeigt {module}; das gibt es in diesem Konto nicht.</translation>
  </message>
  <message>
   <source>“{name}” takes JSON, for example [] or {{}}: {error}.</source>
   <translation>„{name}“ braucht JSON, zum Beispiel [] oder {{}}: {error}.</translation>
  </message>
  <message>
   <source>“{name}” was made for {vendor}, and this account is another product's. Open an account of that product first.</source>
   <translation>„{name}“ wurde für {vendor} gemacht, und dieses Konto gehört zu einem anderen Produkt. Öffnen Sie zuerst ein Konto jenes Produkts.</translation>
  </message>
  <message>
   <source>“{name}” was made for {vendor}. Open an account of that product, then open the file again.</source>
   <translation>„{name}“ wurde für {vendor} gemacht. Öffnen Sie ein Konto dieses Produkts und dann die Datei noch einmal.</translation>
  </message>
  <message>
   <source>“{organisation}” is no organisation.</source>
   <translation>„{organisation}“ ist keine Organisation.</translation>
  </message>
  <message>
   <source>“{owner}” is no user's number. Correct “New records belong to” in the account.</source>
   <translation>„{owner}“ ist keine Benutzernummer. Berichtigen Sie „Neue Datensätze gehören“ im Konto.</translation>
  </message>
  <message>
   <source>“{part}” takes a whole number, not “{given}”.</source>
   <translation>„{part}“ braucht eine ganze Zahl, nicht „{given}“.</translation>
  </message>
  <message>
   <source>“{plain}” is no date. Nothing was sent.</source>
   <translation>„{plain}“ ist kein Datum. Es wurde nichts gesendet.</translation>
  </message>
  <message>
   <source>“{style}” is no way of signing in. Choose one of the list in the account.</source>
   <translation>„{style}“ ist keine Art der Anmeldung. Wählen Sie eine aus der Liste im Konto.</translation>
  </message>
  <message>
   <source>“{url}” is not an address. Write it like {example}.</source>
   <translation>„{url}“ ist keine Adresse. Schreiben Sie sie so: {example}.</translation>
  </message>
  <message>
   <source>“{value}” is not a number.</source>
   <translation>„{value}“ ist keine Zahl.</translation>
  </message>
  <message>
   <source>“{value}” is not in the list of {field}.</source>
   <translation>„{value}“ steht nicht in der Liste von {field}.</translation>
  </message>
  <message>
   <source>↑↓ choose · ⏎ open · Ctrl+⏎ new tab</source>
   <translation>↑↓ wählen · ⏎ öffnen · Strg+⏎ neuer Tab</translation>
  </message>
  <message>
   <source>✓ Connected in {time}</source>
   <translation>✓ Verbunden in {time}</translation>
  </message>
  <message>
   <source>✓ The server’s last total, {gross}, agrees with these rules</source>
   <translation>✓ Die letzte Summe des Servers, {gross}, stimmt mit diesen Regeln überein</translation>
  </message>
 </context>
</TS>
