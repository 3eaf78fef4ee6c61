package data

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
	"graft/internal/near"
)

// table is a file of rows with named columns, as spreadsheets write them.
type table struct {
	columns []string
	rows    []row
	notes   []string
	wrong   []Problem
}

// row is one line of a table; number counts from 1 as in a spreadsheet, the line
// of names included.
type row struct {
	number int
	cells  []string
}

// maxTable bounds the bytes of a table.
const maxTable = 512 << 20

func readTable(path string, set settings) (*table, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if info.Size() > maxTable || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("data: %q is no table (a text file of at most %d MB)", path, maxTable>>20)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	t := &table{}
	text, err := t.decode(raw)
	if err != nil {
		return nil, fmt.Errorf("data: %q: %w", path, err)
	}
	if err := t.parse(text, set); err != nil {
		return nil, fmt.Errorf("data: %q: %w", path, err)
	}
	return t, nil
}

// decode returns the text as composed UTF-8 without a mark at its start. UTF-16
// is known by its mark; what is not UTF-8 is taken for Windows-1252, and said.
func (t *table) decode(raw []byte) (string, error) {
	if bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")) {
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(raw)
		if err != nil {
			return "", fmt.Errorf("it begins as UTF-16 but is not: %w", err)
		}
		raw = text
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", errors.New("it holds zero bytes: no text, or UTF-16 without its mark (save it as UTF-8)")
	}
	if !utf8.Valid(raw) {
		text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
		if err != nil {
			return "", fmt.Errorf("it is neither UTF-8 nor Windows-1252: %w", err)
		}
		t.notes = append(t.notes, "the table is not UTF-8: read as Windows-1252")
		raw = text
	}
	return norm.NFC.String(string(raw)), nil
}

func (t *table) parse(text string, set settings) error {
	separator := set.separator
	if separator == 0 {
		separator = detect(text)
	}
	if separator == ' ' {
		t.fields(text)
	} else if err := t.csv(text, separator); err != nil {
		return err
	}
	if set.header != nil {
		t.columns = set.header
	} else if len(t.rows) > 0 {
		t.columns, t.rows = t.rows[0].cells, t.rows[1:]
	}
	for i, name := range t.columns {
		t.columns[i] = strings.TrimSpace(name)
	}
	if len(t.columns) < 2 || len(t.rows) == 0 {
		return fmt.Errorf("no table with a file name and a label in each row (found the columns %s and %d rows)", quoted(t.columns), len(t.rows))
	}
	t.square()
	return nil
}

// detect counts the candidates in the first line outside quotes.
func detect(text string) rune {
	line, _, _ := strings.Cut(text, "\n")
	counts := map[rune]int{}
	inside := false
	for _, r := range line {
		if r == '"' {
			inside = !inside
		}
		if !inside {
			counts[r]++
		}
	}
	best := ' '
	for _, r := range ",;\t|" {
		if counts[r] > counts[best] || best == ' ' && counts[r] > 0 {
			best = r
		}
	}
	return best
}

func (t *table) fields(text string) {
	for i, line := range strings.Split(text, "\n") {
		if cells := strings.Fields(line); len(cells) > 0 {
			t.rows = append(t.rows, row{i + 1, cells})
		}
	}
}

func (t *table) csv(text string, separator rune) error {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator, -1, true
	for number := 1; ; number++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", number, err)
		}
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			t.rows = append(t.rows, row{number, cells})
		}
	}
}

// square takes out the rows that have too few or too many cells.
func (t *table) square() {
	good := t.rows[:0]
	for _, r := range t.rows {
		if len(r.cells) == len(t.columns) {
			good = append(good, r)
			continue
		}
		reason := fmt.Sprintf("%d cells where the table has %d columns", len(r.cells), len(t.columns))
		t.wrong = append(t.wrong, Problem{Kind: Malformed, Name: strings.TrimSpace(r.cells[0]), Row: r.number, Reason: reason})
	}
	t.rows = good
}

// find returns the place of a column, capitals and blanks around it ignored.
func (t *table) find(name string) (int, error) {
	want := norm.NFC.String(strings.TrimSpace(name))
	for i, column := range t.columns {
		if strings.EqualFold(column, want) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("no column %q%s (there are %s)", name, near.Hint(name, t.columns), quoted(t.columns))
}

// guess finds a column by its usual names, best first.
func (t *table) guess(what string, usual []string, not int) (int, error) {
	for _, name := range usual {
		if i, err := t.find(name); err == nil && i != not {
			return i, nil
		}
	}
	return 0, fmt.Errorf("which column holds the %s? There are %s (say so with data.Columns, or data.Header if the first line is no line of names)", what, quoted(t.columns))
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = fmt.Sprintf("%q", name)
	}
	return listed(slices.Clip(out), 12, ", ")
}
