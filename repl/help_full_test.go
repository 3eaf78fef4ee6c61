//go:build full

package repl

import "strings"

// assisted is what a person sees of help while typing, and of long texts.
func assisted(x *terminal) {
	x.shows("In [1]:")
	x.text("strings.Rep")
	x.key("Tab")
	x.shows("t Replacer")
	x.key("Tab")
	x.shows("Replace returns a copy of the string s")
	x.key("Escape")
	x.until("list closed", func() bool { return !strings.Contains(x.screen(), "Replacer") })
	x.key("C-u")
	x.text(`strings.Repeat("a", `)
	x.last("\nstrings.Repeat(s string, count int) string")
	x.key("C-c")
	x.last("In [1]:")
	x.text("!echo from; echo the shell")
	x.key("Enter")
	x.last("from\nthe shell\nIn [2]:")
	x.text("!cat; (head -c 3 </dev/tty) 2>/dev/null; echo over")
	x.key("Enter")
	x.last("over\nIn [3]:") // with no key read, which it would wait for
	x.text("http.Server??")
	x.key("Enter")
	x.shows("http.Server · 1–")
	x.text("/ErrorLog")
	x.key("Enter")
	x.until("found", func() bool { return strings.HasPrefix(strings.TrimSpace(x.screen()), "ErrorLog") })
	x.key("C-c")
	x.last("(:pager off prints all)\nIn [3]:")
	x.text(`go func() { time.Sleep(300 * time.Millisecond); fmt.Println("behind") }()`)
	x.key("Enter")
	x.last("In [4]:")
	x.text("http.Server??")
	x.key("Enter")
	x.shows("http.Server · 1–")
	x.until("printed behind the pager", func() bool { return !strings.Contains(x.screen(), "behind") })
	x.key("q")
	x.last("behind\nIn [4]:")
	x.text("time.Sleep(300 * time.Millisecond)")
	x.key("Enter")
	x.last("took 0.3 s\nIn [5]:")
}
