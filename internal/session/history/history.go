// Package history keeps the cells of all sessions on disk, for the kernel's
// history requests and the REPL's arrow keys alike. It is one SQLite file that
// several processes may use at once; its tables (sessions, history,
// output_history) are those of IPython's. It does not run anything again, as
// opposed to package notebook's files. Nothing that happens to the file stops a
// session: what it does not take waits in memory, and [Store.Trouble] says so, once.
//
//	h, err := history.Open(filepath.Join(hub.CacheDir(), "history", "history.sqlite"))
//	h.Append(1, "x := 3")
//	last, err := h.Tail(10)
package history

import (
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// Entry is one cell that ran. Line counts from 1 within its session.
type Entry struct {
	Session, Line int
	Source        string
	Output        string // text of the result; empty if there was none
}

// Store is an open history. Its methods are safe for concurrent use.
type Store struct {
	db   *sql.DB
	path string

	mu      sync.Mutex
	sound   bool        // the tables are there
	session int         // 0 until something was written
	later   []statement // what the file has not taken yet, oldest first
	telling bool        // the present trouble is known to Trouble
	trouble error       // not told yet
}

// statement is a write whose first argument is the session's number.
type statement struct {
	query string
	args  []any
}

const (
	addCell   = "insert or replace into history values (?, ?, ?, ?)"
	addOutput = "insert or replace into output_history values (?, ?, ?)"
)

// Session returns the number of this session, taking one if it has none yet.
func (s *Store) Session() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.own()
	if err != nil {
		return 0, s.complain(err)
	}
	return id, nil
}

func (s *Store) own() (int, error) {
	if s.session != 0 {
		return s.session, nil
	}
	if err := s.prepare(); err != nil {
		return 0, err
	}
	res, err := s.db.Exec("insert into sessions (start, num_cmds, remark) values (?, 0, '')", time.Now())
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	s.session = int(id)
	return s.session, err
}

// Append records the source of a cell of this session. If the file does not take
// it now, the error says why, and later calls and Close try again.
func (s *Store) Append(line int, source string) error {
	return s.write(addCell, line, source, source)
}

// SetOutput records the result of a cell of this session, as Append does the cell.
func (s *Store) SetOutput(line int, output string) error {
	return s.write(addOutput, line, output)
}

func (s *Store) write(query string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.later = append(s.later, statement{query, args})
	return s.flush()
}

// flush writes what waits, in order, up to the first that the file does not take.
func (s *Store) flush() error {
	for len(s.later) > 0 {
		session, err := s.own()
		if err == nil {
			_, err = s.db.Exec(s.later[0].query, append([]any{session}, s.later[0].args...)...)
		}
		if err != nil && passing(err) {
			return s.complain(err)
		}
		s.later = s.later[1:]
		if err != nil {
			return s.complain(err)
		}
		s.telling = false
	}
	return nil
}

// Trouble returns what is wrong with the file and what is lost by it, once: nil
// when there is nothing, or nothing new.
func (s *Store) Trouble() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.trouble
	s.trouble = nil
	return err
}

// complain completes err, and makes it the trouble unless there is one already.
func (s *Store) complain(err error) error {
	err = fmt.Errorf("history: %q: %w%s", s.path, err, outlook(err))
	if !s.telling {
		s.telling, s.trouble = true, err
	}
	return err
}

// Close ends the session, and writes what still waits. It returns how many cells
// are lost if the file does not take them now either.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.flush()
	if s.session != 0 {
		_, _ = s.db.Exec("update sessions set end = ?, num_cmds = (select count(*) from history where session = ?) where session = ?", time.Now(), s.session, s.session)
	}
	lost := 0
	for _, st := range s.later {
		if st.query == addCell {
			lost++
		}
	}
	if lost > 0 {
		_ = s.db.Close()
		return fmt.Errorf("%w; cells of this session that are lost: %d", err, lost)
	}
	return s.db.Close()
}
