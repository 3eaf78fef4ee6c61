package notebook

import (
	"regexp"
	"slices"
	"strings"
)

// within reports of each line of a cell file whether it begins inside a raw string or a
// block comment. What is never closed opens nothing: a slip in one cell must not take
// the others along.
func within(lines []string) []bool {
	inside := make([]bool, len(lines))
	for i := 0; i < len(lines); i++ {
		if command(lines[i]) {
			continue
		}
		rest := lines[i]
		for {
			after, end := opening(rest)
			if end == "" {
				break
			}
			last, tail := closing(lines, i, after, end)
			if last < 0 {
				break
			}
			for ; i < last; i++ {
				inside[i+1] = true
			}
			rest = tail
		}
	}
	return inside
}

// command reports whether a line is for the session or the shell, whose quotes are
// their own.
func command(line string) bool { return line != "" && strings.Contains("!:%", line[:1]) }

// tokens are what hides the beginning of a raw string or a comment, and those.
var tokens = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"?|'(?:[^'\\\\]|\\\\.)*'?|//.*|`|/\\*")

// opening is what follows the first beginning of a raw string or a block comment in
// line, and what will end it; "" if there is none.
func opening(line string) (after, end string) {
	for _, at := range tokens.FindAllStringIndex(line, -1) {
		switch line[at[0]:at[1]] {
		case "`":
			return line[at[1]:], "`"
		case "/*":
			return line[at[1]:], "*/"
		}
	}
	return "", ""
}

// closing is the number of the line in which end follows, from the rest of line i on,
// and what comes after it; -1 if it never does.
func closing(lines []string, i int, rest, end string) (last int, tail string) {
	if _, tail, ok := strings.Cut(rest, end); ok {
		return i, tail
	}
	n := slices.IndexFunc(lines[i+1:], func(l string) bool { return strings.Contains(l, end) })
	if n < 0 {
		return -1, ""
	}
	_, tail, _ = strings.Cut(lines[i+1+n], end)
	return i + 1 + n, tail
}
