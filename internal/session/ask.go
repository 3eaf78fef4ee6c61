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
	call, rest, ok := command.Parse(code)
	if ok && strings.TrimSpace(rest+call.Args) == "" {
		return golang.Complete, ""
	}
	if ok && strings.TrimSpace(rest) == "" {
		rest = call.Args
	}
	in, err := s.interp()
	if err != nil || ok && strings.TrimSpace(rest) == "" {
		return golang.Complete, ""
	}
	return in.IsComplete(rest)
}

// Complete returns proposals for code[start:end], around cursor, all in bytes.
func (s *Session) Complete(code string, cursor int) (list []golang.Completion, start, end int) {
	cursor = min(max(0, cursor), len(code))
	if word, ok := commandWord(code[:cursor]); ok {
		for _, row := range command.Rows() {
			if strings.HasPrefix(row.Name, word) {
				list = append(list, golang.Completion{Text: row.Name, Kind: "command", Type: row.Help})
			}
		}
		return list, cursor - len(word), cursor
	}
	in, err := s.interp()
	if err != nil {
		return nil, cursor, cursor
	}
	return in.Complete(code, cursor)
}

var commandStart = regexp.MustCompile(`^\s*[:%]([A-Za-z]*)$`)

// commandWord returns the beginning of a command's name before the cursor.
func commandWord(before string) (string, bool) {
	m := commandStart.FindStringSubmatch(before)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// Inspect describes the name at cursor, in bytes, as text and as Markdown. Level
// 1 adds the source, as far as it is at hand.
func (s *Session) Inspect(code string, cursor, level int) (display.Bundle, bool) {
	in, err := s.interp()
	if err != nil {
		return display.Bundle{}, false
	}
	doc, ok := in.Inspect(code, min(max(0, cursor), len(code)), level)
	if !ok {
		return display.Bundle{}, false
	}
	return docBundle(doc), true
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
