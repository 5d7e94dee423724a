BEGIN TRANSACTION;
CREATE TABLE batch (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        began TEXT NOT NULL,            -- ISO 8601, UTC
        ended TEXT,
        user TEXT NOT NULL,
        server TEXT NOT NULL,
        summary TEXT NOT NULL,
        undoes INTEGER                  -- the batch this one takes back
    );
INSERT INTO "batch" VALUES(1,'2026-11-22T14:15:30.206+00:00','2026-11-22T14:15:30.238+00:00','admin','fake 1.0','Aalto and 1 more',NULL);
INSERT INTO "batch" VALUES(2,'2026-11-22T14:15:30.263+00:00','2026-11-22T14:15:30.268+00:00','admin','fake 1.0','Berg',NULL);
CREATE TABLE entry (
        batch INTEGER NOT NULL REFERENCES batch(id),
        position INTEGER NOT NULL,
        change TEXT NOT NULL,           -- the intent, written before the call
        title TEXT NOT NULL,
        sent TEXT,                      -- when it left
        outcome TEXT,                   -- applied, refused, unknown, skipped; NULL = no answer was ever noted
        error TEXT,
        before TEXT,                    -- record on the server just before
        after TEXT,                     -- record as read back
        PRIMARY KEY (batch, position)
    ) WITHOUT ROWID;
INSERT INTO "entry" VALUES(1,0,'{"op":"update","before":{"id":["Accounts","a"],"values":{"accountname":"Aalto","bill_city":"Espoo","revenue":{"decimal":"1.50"},"founded":{"date":"1999-01-02"}},"labels":{},"version":null},"values":{"bill_city":"Turku"}}','Aalto','2026-11-22T14:15:30.214+00:00','applied',NULL,'{"id":["Accounts","a"],"values":{"accountname":"Aalto","bill_city":"Espoo","revenue":{"decimal":"1.50"},"founded":{"date":"1999-01-02"}},"labels":{},"version":null}','{"id":["Accounts","a"],"values":{"accountname":"Aalto","bill_city":"Turku","revenue":{"decimal":"1.50"},"founded":{"date":"1999-01-02"}},"labels":{},"version":null}');
INSERT INTO "entry" VALUES(1,1,'{"op":"create","temp_id":"new:a4d60ca9080e","module":"Accounts","values":{"accountname":"Neu"}}','Neu','2026-11-22T14:15:30.226+00:00','applied',NULL,NULL,'{"id":["Accounts","A6"],"values":{"accountname":"Neu"},"labels":{},"version":"2"}');
INSERT INTO "entry" VALUES(2,0,'{"op":"update","before":{"id":["Accounts","b"],"values":{"accountname":"Berg","bill_city":"Oulu"},"labels":{},"version":null},"values":{"bill_city":"Nowhere"}}','Berg','2026-11-22T14:15:30.266+00:00','refused','The server knows no such city.','{"id":["Accounts","b"],"values":{"accountname":"Berg","bill_city":"Oulu"},"labels":{},"version":null}',NULL);
CREATE TABLE remembered (
        name TEXT PRIMARY KEY,          -- for example schema:Accounts
        data TEXT NOT NULL,
        saved TEXT NOT NULL
    );
INSERT INTO "remembered" VALUES('user','admin','2026-11-22 14:15:30');
INSERT INTO "remembered" VALUES('note','kept ä漢🙂','2026-11-22 14:15:30');
CREATE TABLE staged (
        key TEXT PRIMARY KEY,           -- module and record, or the temporary id of a new record
        position INTEGER NOT NULL,      -- order in which records were first touched
        data TEXT NOT NULL              -- engine/staging.py: one staged record as JSON
    );
INSERT INTO "staged" VALUES('Accounts/a',1,'{"kind":"update","base":{"id":["Accounts","a"],"values":{"accountname":"Aalto","bill_city":"Turku","revenue":{"decimal":"1.50"},"founded":{"date":"1999-01-02"}},"labels":{},"version":null},"values":{"accountname":"Aalto ä漢🙂","revenue":{"decimal":"12345678901234.56"}},"labels":{},"title":"Aalto"}');
INSERT INTO "staged" VALUES('Accounts/new:036a4717a11a',2,'{"kind":"create","base":{"id":["Accounts","new:036a4717a11a"],"values":{},"labels":{},"version":null},"values":{"accountname":"Waiting","founded":{"date":"2026-02-28"}},"labels":{},"title":"Waiting"}');
INSERT INTO "staged" VALUES('Accounts/c',3,'{"kind":"delete","base":{"id":["Accounts","c"],"values":{"accountname":"Ceder","bill_city":"Vaasa"},"labels":{},"version":null},"values":{},"labels":{},"title":"Ceder"}');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('batch',2);
COMMIT;
PRAGMA user_version = 1;
