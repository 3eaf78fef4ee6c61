package repl

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
)

// keyboard is the terminal's input. Long pastes do not go through the reader of
// keys, which decodes them character by character, and reads all it has again for
// each byte that is no text: megabytes would stop the screen for minutes. In their
// place it reads a short name, of which text returns the paste.
//
// bubbletea v2.1.1 cannot tell the end of its input, either, which it takes for
// silence and would wait for ever, nor alt with a key while something follows within
// 50 ms: it holds both back, and a key that repeats does nothing until it is released.
type keyboard struct {
	*os.File
	lost func() // called at the end of the input
	late bool   // something was read
	name string // prefix of the names, which nobody types

	inside bool   // between the marks of a paste
	seen   int    // bytes of the mark that begins a paste, before the next byte
	paste  []byte // what was pasted so far

	mu    sync.Mutex
	texts map[string]string
}

// The marks of a bracketed paste.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// Bytes of a paste that is read as keys are, and of the longest name.
const (
	shortPaste = 1 << 10
	nameBytes  = 64
)

func newKeyboard(in *os.File, lost func()) *keyboard {
	return &keyboard{File: in, lost: lost, name: "graft-paste-" + rand.Text(), texts: map[string]string{}}
}

// Read reads keys, and names for long pastes. What it holds back of a paste fits
// into p behind what it reads later, so that nothing waits for the next key.
func (k *keyboard) Read(p []byte) (int, error) {
	room := p
	if len(p) >= 2*(shortPaste+nameBytes) {
		room = p[:(len(p)-shortPaste-nameBytes)/spread]
	}
	n, err := k.File.Read(room)
	if err != nil {
		k.lost()
	}
	if n <= 0 || len(room) == len(p) {
		return n, err
	}
	if !k.late {
		// What was typed before the program took the terminal over has line feeds
		// where enter was pressed.
		k.late = true
		copy(p, bytes.ReplaceAll(p[:n], []byte("\n"), []byte("\r")))
	}
	return copy(p, k.filter(p[:n])), err
}

// filter returns what is left of the input when long pastes are taken out.
func (k *keyboard) filter(in []byte) (out []byte) {
	for len(in) > 0 {
		if k.inside {
			in = k.hold(in)
			if k.inside {
				return out
			}
			out = append(append(out, k.held()...), pasteEnd...)
			continue
		}
		n := k.start(in)
		out, in = append(out, alts(in[:n])...), in[n:]
	}
	return out
}

// start returns how much of in goes before the text of a paste.
func (k *keyboard) start(in []byte) int {
	for i, b := range in {
		switch b {
		case pasteStart[k.seen]:
			k.seen++
		case pasteStart[0]:
			k.seen = 1
		default:
			k.seen = 0
		}
		if k.seen == len(pasteStart) {
			k.inside, k.seen = true, 0
			return i + 1
		}
	}
	return len(in)
}

// hold takes in up to the end of the paste and returns what follows.
func (k *keyboard) hold(in []byte) []byte {
	from := max(0, len(k.paste)-len(pasteEnd)+1)
	k.paste = append(k.paste, in...)
	at := bytes.Index(k.paste[from:], []byte(pasteEnd))
	if at < 0 {
		return nil
	}
	k.inside = false
	rest := k.paste[from+at+len(pasteEnd):]
	k.paste = k.paste[:from+at]
	return in[len(in)-len(rest):]
}

// held ends a paste: it returns a short one as it is, and a name for a long one.
func (k *keyboard) held() string {
	text := string(k.paste)
	k.paste = nil
	if len(text) <= shortPaste {
		return text
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	name := fmt.Sprintf("%s-%d", k.name, len(k.texts))
	k.texts[name] = text
	return name
}

// text returns what was pasted, for the name of a long paste once.
func (k *keyboard) text(pasted string) string {
	if k == nil || !strings.HasPrefix(pasted, k.name) {
		return pasted
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	text := k.texts[pasted]
	k.texts[pasted] = ""
	return text
}

var (
	firstPrompt = regexp.MustCompile(`^\s*In \[\d+\]: `)
	anyPrompt   = regexp.MustCompile(`(?m)^ *(?:In \[\d+\]|\.\.\.): ?|^Out\[\d+\]:.*(?:\n|\z)`)
)

// unprompted takes the prompts and results from what was copied from a prompt, so
// that the cells can be run again.
func unprompted(text string) string {
	if !firstPrompt.MatchString(text) {
		return text
	}
	return anyPrompt.ReplaceAllString(text, "")
}
