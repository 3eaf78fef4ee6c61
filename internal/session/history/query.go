package history

import (
	"fmt"
	"slices"
)

const columns = "select h.session, h.line, h.source, coalesce(o.output, '') from history h left join output_history o on o.session = h.session and o.line = h.line "

// Tail returns the last n cells of all sessions, oldest first.
func (s *Store) Tail(n int) ([]Entry, error) {
	return s.backwards(columns+"order by h.session desc, h.line desc limit ?", n)
}

// Range returns the cells of a session with start <= line < stop; stop 0 or below
// means to the end. Session 0 is this one, -1 the one before, and so on.
func (s *Store) Range(session, start, stop int) ([]Entry, error) {
	if session <= 0 {
		current, err := s.Session()
		if err != nil {
			return nil, err
		}
		session += current
	}
	if stop <= 0 {
		stop = 1 << 30
	}
	return s.query(columns+"where h.session = ? and h.line >= ? and h.line < ? order by h.line", session, start, stop)
}

// Search returns the last n cells, oldest first, whose source matches a glob
// pattern (*, ? and [...], over the whole text); n 0 or below means all. With
// unique, of equal sources only the last is returned.
func (s *Store) Search(glob string, n int, unique bool) ([]Entry, error) {
	if glob == "" {
		glob = "*"
	}
	if n <= 0 {
		n = -1
	}
	where := "where h.source glob ? "
	if unique {
		where += "group by h.source having h.session * 1000000 + h.line = max(h.session * 1000000 + h.line) "
	}
	return s.backwards(columns+where+"order by h.session desc, h.line desc limit ?", glob, n)
}

func (s *Store) backwards(q string, args ...any) ([]Entry, error) {
	list, err := s.query(q, args...)
	slices.Reverse(list)
	return list, err
}

func (s *Store) query(q string, args ...any) ([]Entry, error) {
	s.mu.Lock()
	_ = s.flush() // what still waits is missing
	err := s.prepare()
	if err != nil {
		err = s.complain(err)
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Query(q, args...)
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	defer rows.Close()
	var list []Entry
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.Session, &e.Line, &e.Source, &e.Output); err != nil {
			return nil, fmt.Errorf("history: %w", err)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
