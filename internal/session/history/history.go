// Package history keeps the cells of all sessions on disk, for the kernel's
// history requests and the REPL's arrow keys alike. It is one SQLite file that
// several processes may use at once; its tables (sessions, history,
// output_history) are those of IPython's. It does not run anything again, as
// opposed to package notebook's files.
//
//	h, err := history.Open(filepath.Join(hub.CacheDir(), "history", "history.sqlite"))
//	h.Append(1, "x := 3")
//	last, err := h.Tail(10)
package history

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Entry is one cell that ran. Line counts from 1 within its session.
type Entry struct {
	Session, Line int
	Source        string
	Output        string // text of the result; empty if there was none
}

// Store is an open history. Its methods are safe for concurrent use.
type Store struct {
	db *sql.DB

	mu      sync.Mutex
	session int // 0 until the first Append
}

const schema = `
create table if not exists sessions (session integer primary key autoincrement, start timestamp, end timestamp, num_cmds integer, remark text);
create table if not exists history (session integer, line integer, source text, source_raw text, primary key (session, line));
create table if not exists output_history (session integer, line integer, output text, primary key (session, line));
`

// Open opens or creates the history at path; an empty path keeps it in memory. A
// file that is no history any more is renamed to path.corrupt and a new one begun.
func Open(path string) (*Store, error) {
	if path == "" {
		return open(":memory:")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	s, err := open(path)
	if err == nil || !damaged(err) {
		return s, err
	}
	if moved := os.Rename(path, path+".corrupt"); moved != nil {
		return nil, err
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		_ = os.Remove(path + suffix)
	}
	return open(path)
}

// damaged tells a broken file from a busy or unreadable one.
func damaged(err error) bool {
	text := err.Error()
	return slices.ContainsFunc([]string{"not a database", "malformed", "damaged"}, func(sign string) bool {
		return strings.Contains(text, sign)
	})
}

func open(path string) (*Store, error) {
	dsn := "file:" + path + "?_pragma=busy_timeout(3000)&_pragma=journal_mode(wal)&_pragma=synchronous(off)"
	if path == ":memory:" {
		dsn = path
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("history: %q: %w", path, err)
	}
	// One connection: an in-memory database belongs to its connection.
	db.SetMaxOpenConns(1)
	if err := check(db); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("history: %q: %w", path, err)
	}
	return &Store{db: db}, nil
}

// check makes the tables and reads them, which finds a damaged file.
func check(db *sql.DB) error {
	if _, err := db.Exec(schema); err != nil {
		return err
	}
	var verdict string
	if err := db.QueryRow("pragma quick_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("damaged: %s", verdict)
	}
	return nil
}

// Session returns the number of this session, taking one if it has none yet.
func (s *Store) Session() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != 0 {
		return s.session, nil
	}
	res, err := s.db.Exec("insert into sessions (start, num_cmds, remark) values (?, 0, '')", time.Now())
	if err != nil {
		return 0, fmt.Errorf("history: new session: %w", err)
	}
	id, err := res.LastInsertId()
	s.session = int(id)
	return s.session, err
}

// Append records the source of a cell of this session.
func (s *Store) Append(line int, source string) error {
	session, err := s.Session()
	if err != nil {
		return err
	}
	if _, err := s.db.Exec("insert or replace into history values (?, ?, ?, ?)", session, line, source, source); err != nil {
		return fmt.Errorf("history: cell %d: %w", line, err)
	}
	return nil
}

// SetOutput records the result of a cell of this session.
func (s *Store) SetOutput(line int, output string) error {
	session, err := s.Session()
	if err != nil {
		return err
	}
	if _, err := s.db.Exec("insert or replace into output_history values (?, ?, ?)", session, line, output); err != nil {
		return fmt.Errorf("history: result of cell %d: %w", line, err)
	}
	return nil
}

// Close ends the session.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != 0 {
		_, _ = s.db.Exec("update sessions set end = ?, num_cmds = (select count(*) from history where session = ?) where session = ?", time.Now(), s.session, s.session)
	}
	return s.db.Close()
}
