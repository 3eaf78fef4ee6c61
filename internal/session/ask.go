package session

import (
	"regexp"
	"strings"

	"graft/internal/golang"
	"graft/internal/session/command"
	"graft/internal/session/event"
	"graft/internal/session/history"
	"graft/lib/display"
)

// IsComplete tells whether code can run as a cell, and the white space that the
// next line starts with if not.
func (s *Session) IsComplete(code string) (golang.Status, string) {
	if _, _, help := question(code); help {
		return golang.Complete, ""
	}
	if command.Open(code) {
		return golang.Incomplete, ""
	}
	rest := strings.TrimLeft(command.Blank(code), " \t\n")
	if rest == "" {
		return golang.Complete, ""
	}
	in, err := s.interp()
	if err != nil {
		return golang.Complete, ""
	}
	return in.IsComplete(rest)
}

// Complete returns proposals for code[start:end], around cursor, all in bytes.
func (s *Session) Complete(code string, cursor int) (list []golang.Completion, start, end int) {
	cursor = min(max(0, cursor), len(code))
	if list, start, ok := command.Complete(code[:cursor]); ok {
		return list, start, cursor
	}
	in, err := s.interp()
	if err != nil {
		return nil, cursor, cursor
	}
	return in.Complete(command.Blank(code), cursor)
}

// Signature describes the call whose arguments surround cursor, in bytes, and the
// parameter at the cursor.
func (s *Session) Signature(code string, cursor int) (golang.Call, bool) {
	in, err := s.interp()
	if err != nil {
		return golang.Call{}, false
	}
	return in.Signature(command.Blank(code), min(max(0, cursor), len(code)))
}

// Inspect describes the name at cursor, in bytes, as text and as Markdown. Level
// 1 adds the source, as far as it is at hand.
func (s *Session) Inspect(code string, cursor, level int) (display.Bundle, bool) {
	doc, ok := s.Describe(code, cursor, level)
	if !ok {
		return display.Bundle{}, false
	}
	return docBundle(doc), true
}

// Describe is Inspect before it is set: the parts of the description.
func (s *Session) Describe(code string, cursor, level int) (golang.Doc, bool) {
	if row, ok := command.Describe(code, cursor); ok {
		return golang.Doc{Name: row.Name, Signature: row.Usage(), Doc: row.Help + ".\n\n" + row.More}, true
	}
	in, err := s.interp()
	if err != nil {
		return golang.Doc{}, false
	}
	return in.Inspect(command.Blank(code), min(max(0, cursor), len(code)), level)
}

func docBundle(d golang.Doc) display.Bundle {
	text, md := d.Signature, "```go\n"+d.Signature+"\n```"
	if d.Doc != "" {
		text += "\n\n" + strings.TrimSpace(d.Doc)
		md += "\n\n" + strings.TrimSpace(d.Doc)
	}
	if d.Source != "" && d.Source != d.Signature {
		text += "\n\n" + d.Source
		md += "\n\n```go\n" + d.Source + "\n```"
	}
	b := display.Plain(text)
	b.Data[display.Markdown] = md
	return b
}

var questionForm = regexp.MustCompile(`^\s*([\pL_][\pL\d_.]*)(\?\??)\s*$`)

// question splits "name?" and "name??" (level 1).
func question(code string) (name string, level int, ok bool) {
	m := questionForm.FindStringSubmatch(code)
	if m == nil {
		return "", 0, false
	}
	return m[1], len(m[2]) - 1, true
}

// inspect answers a cell "name?".
func (x *execution) inspect(name string, level int) error {
	b, ok := x.s.Inspect(name, len(name), level)
	if !ok {
		b = display.Plain("no help on " + name)
	}
	x.out.Put(event.Page{Bundle: b})
	return nil
}

// History is the store that this session writes to.
func (s *Session) History() *history.Store { return s.past() }
