package history

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite" // and the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const schema = `
create table if not exists sessions (session integer primary key autoincrement, start timestamp, end timestamp, num_cmds integer, remark text);
create table if not exists history (session integer, line integer, source text, source_raw text, primary key (session, line));
create table if not exists output_history (session integer, line integer, output text, primary key (session, line));
`

// look finds tables that have the right names and other columns.
const look = `select h.session, h.line, h.source, h.source_raw, o.output, s.start, s.end, s.num_cmds, s.remark
from history h, output_history o, sessions s limit 0`

// inMemory is the database of a session whose history is not kept.
const inMemory = ":memory:"

// settings hold for every connection to a file. Whoever waits for another process
// holds a cell up: so that is for a moment only.
const settings = "_pragma=busy_timeout(250)&_pragma=journal_mode(wal)&_pragma=synchronous(off)"

// Open opens or creates the history at path; an empty path keeps it in memory. A
// file that is no history any more is renamed to path.corrupt, or path.corrupt-2 and so on,
// and a new one begun. Where no file can be written, the history is one in memory that
// has the cells of the file, if it can be read. Both are trouble, and no error.
func Open(path string) (*Store, error) {
	if path == "" {
		return open(inMemory)
	}
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		before, _ := os.Stat(path)
		var s *Store
		if s, err = open(path); err == nil {
			return s, nil
		}
		if damaged(err) {
			s, err = startOver(path, before)
		}
		if err == nil {
			return s, nil
		}
	}
	s, failed := open(inMemory)
	if failed != nil {
		return nil, failed
	}
	s.path = path
	s.borrow(path)
	s.trouble = fmt.Errorf("history: %q: %w: cells of this session are not kept (set GRAFT_CACHE to a folder that can be written)", path, err)
	return s, nil
}

// uri is the name of a file for SQLite.
func uri(path, query string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: query}).String()
}

// open opens a database. One that another process has locked is made sound later.
func open(path string) (*Store, error) {
	dsn := path
	if path != inMemory {
		dsn = uri(path, settings)
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("history: %q: %w", path, err)
	}
	// One connection: an in-memory database belongs to its connection.
	db.SetMaxOpenConns(1)
	s := &Store{db: db, path: path}
	if err := s.prepare(); err != nil && !is(err, sqlite3.SQLITE_BUSY) {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

// prepare makes the tables and reads them, which finds a damaged file.
func (s *Store) prepare() error {
	if s.sound {
		return nil
	}
	if _, err := s.db.Exec(schema); err != nil {
		return err
	}
	for _, test := range []string{look, "pragma quick_check(1)"} {
		var verdict string
		err := s.db.QueryRow(test).Scan(&verdict)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil && verdict != "ok" {
			return fmt.Errorf("%w: %s", errDamaged, verdict)
		}
	}
	s.sound = true
	return nil
}

// startOver sets the damaged file at path aside with its journals and begins a new
// one. Where the file is not the one that was found damaged, another process did so.
func startOver(path string, found os.FileInfo) (*Store, error) {
	aside := path + ".corrupt"
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s.corrupt-%d", path, n)
	}
	now, err := os.Stat(path)
	if err != nil || !os.SameFile(now, found) {
		return open(path)
	}
	if err := os.Rename(path, aside); err != nil {
		return nil, err
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		_ = os.Rename(path+suffix, aside+suffix)
	}
	s, err := open(path)
	if err == nil {
		s.trouble = fmt.Errorf("history: %q is damaged: it is now %q, and a new one was begun", path, aside)
	}
	return s, err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// borrow copies the cells of a file that can be read and not written, if there are any.
func (s *Store) borrow(path string) {
	if _, err := s.db.Exec("attach database ? as kept", uri(path, "mode=ro&immutable=1")); err != nil {
		return
	}
	for _, table := range []string{"sessions", "history", "output_history"} {
		_, _ = s.db.Exec("insert into main." + table + " select * from kept." + table)
	}
	_, _ = s.db.Exec("detach database kept")
}

var errDamaged = errors.New("damaged")

// damaged tells a broken file from a busy or unreadable one.
func damaged(err error) bool {
	return errors.Is(err, errDamaged) || is(err, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
}

// passing tells trouble of the file, which may end, from that of one statement.
func passing(err error) bool {
	return !is(err, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH)
}

// is reports whether err has one of SQLite's primary result codes.
func is(err error, codes ...int) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.Code()&0xff == c {
			return true
		}
	}
	return false
}

// outlook says what becomes of the cells.
func outlook(err error) string {
	switch {
	case is(err, sqlite3.SQLITE_BUSY):
		return ": another process holds it; cells are written when it lets go"
	case is(err, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
		return ": cells are written when there is room"
	}
	return ""
}
