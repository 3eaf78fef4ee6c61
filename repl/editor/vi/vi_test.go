package vi

import (
	"strings"
	"testing"

	"graft/repl/editor"
)

// keys splits what is typed: special keys are in angles.
func keys(s string) []string {
	var out []string
	for len(s) > 0 {
		if name, rest, ok := strings.Cut(s, ">"); ok && s[0] == '<' && len(name) > 2 {
			out, s = append(out, name[1:]), rest
			continue
		}
		n := editor.Next(s, 0)
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

// press presses keys as package repl does it: what vi leaves over in Insert is text.
func press(v *Vi, e *editor.Editor, s string) (last Act) {
	for _, k := range keys(s) {
		if last = v.Key(e, k); last != Pass || v.mode != Insert {
			continue
		}
		switch k {
		case "enter":
			e.Newline()
		default:
			e.Type(k)
		}
	}
	return last
}

func begun(s string) (*Vi, *editor.Editor) {
	var e editor.Editor
	before, after, _ := strings.Cut(s, "|")
	e.Insert(before + after)
	e.MoveTo(len(before))
	v := New()
	v.mode = Normal
	return v, &e
}

func marked(e *editor.Editor) string { return e.Before() + "|" + e.After() }

func TestKeys(t *testing.T) {
	for _, c := range []struct{ from, keys, want string }{
		// motions
		{"ab|c", "h", "a|bc"}, {"|abc", "l", "a|bc"}, {"|abc", "9l", "ab|c"}, {"a\n|b", "h", "a\n|b"}, {"写é|x", "2h", "|写éx"},
		{"  a|b", "0", "|  ab"}, {"  ab|", "^", "  |ab"}, {"|abc", "$", "ab|c"}, {"|ab\ncd", "2$", "ab\nc|d"},
		{"|foo.bar  baz", "w", "foo|.bar  baz"}, {"|foo.bar  baz", "3w", "foo.bar  |baz"}, {"|foo.bar baz", "W", "foo.bar |baz"},
		{"foo.bar b|az", "b", "foo.bar |baz"}, {"foo.bar |baz", "2b", "foo|.bar baz"}, {"foo.bar |baz", "B", "|foo.bar baz"},
		{"|foo bar", "e", "fo|o bar"}, {"fo|o bar", "e", "foo ba|r"}, {"|foo.x b", "E", "foo.|x b"}, {"|a\n\nb", "w", "a\n|\nb"},
		{"a\nb\n|c", "gg", "|a\nb\nc"}, {"|a\n\tb", "G", "a\n\t|b"}, {"|a\nb\nc", "2G", "a\n|b\nc"}, {"a\nb\n|c", "2gg", "a\n|b\nc"},
		{"|a,b,c", "f,", "a|,b,c"}, {"|a,b,c", "2f,", "a,b|,c"}, {"|a,b,c", "t,", "|a,b,c"}, {"|aa,b", "t,", "a|a,b"}, {"a,b,|c", "F,", "a,b|,c"},
		{"a,b|c", "T,", "a,|bc"}, {"|a,b,c", "f,;", "a,b|,c"}, {"|a,b,c", "f,;,", "a|,b,c"}, {"|abc", "fx", "|abc"},
		{"|f(a[1])", "%", "f(a[1]|)"}, {"f(a[1]|)", "%", "f|(a[1])"}, {`f(|"(", b)`, "%", `f|("(", b)`},
		{"|a\nb\n\nc", "}", "a\nb\n|\nc"}, {"a\n\nb|", "{", "a\n|\nb"}, {"abc|d\nx\nabcd", "jj", "abcd\nx\nabc|d"}, {"a\nb|", "k", "|a\nb"},
		// operators
		{"|foo bar", "dw", "|bar"}, {"a |foo", "dw", "a| "}, {"|a b c d", "2dw", "|c d"}, {"|a b c d", "d2w", "|c d"}, {"foo| bar\nx", "dw", "foo|bar\nx"},
		{"|foo\nbar", "dw", "|\nbar"}, {"a|bc", "d$", "|a"}, {"ab|c", "d0", "|c"}, {"|foo bar", "de", "| bar"}, {"|a,b", "df,", "|b"}, {"|a,b", "dt,", "|,b"},
		{"f|(a)b", "d%", "f|b"}, {"a\n|b\nc", "dd", "a\n|c"}, {"a\n|b", "dd", "|a"}, {"|a", "dd", "|"}, {"|a\nb\nc", "2dd", "|c"}, {"|a\nb\nc", "dj", "|c"},
		{"a\nb|\nc", "dk", "|c"}, {"|a\nb\nc", "dG", "|"}, {"a\nb\n|c", "dgg", "|"}, {"|abc", "dfx", "|abc"}, {"|abc", "dz", "|abc"},
		{"|foo bar", "cwx<esc>", "|x bar"}, {"\ta|bc\nd", "ccx<esc>", "\t|x\nd"}, {"|a b c", "c2wx<esc>", "|x c"}, {"|f(a)", "ct(g<esc>", "|g(a)"},
		{"|foo bar", "yw$p", "foo barfoo| "}, {"|a\nb", "yyp", "a\n|a\nb"}, {"a\n|b", "yyP", "a\n|b\nb"}, {"|a\nb", "yyjp", "a\nb\n|a"}, {"|a", "yy2p", "a\n|a\na"},
		{"|a\nb", ">>", "\t|a\nb"}, {"|a\nb", ">j", "\t|a\n\tb"}, {"\t|a", "<<", "|a"}, {"|a\nb\nc", "2>>", "\t|a\n\tb\nc"},
		// text objects
		{"foo b|ar baz", "diw", "foo | baz"}, {"foo b|ar baz", "daw", "foo |baz"}, {"foo b|ar", "daw", "fo|o"}, {"f(a, |b)", "di(", "f(|)"}, {"f(a, |b) c", "da(", "f| c"},
		{"f(|g(a), b)", "dib", "f(|)"}, {"if x {\n\ta|\n\tb\n}", "di{", "if x {\n|}"}, {"if x {\n\t|a\n}", "ci{b<esc>", "if x {\n\t|b\n}"}, {"a[1|]", "ci]2<esc>", "a[|2]"},
		{`f("a |b", "c")`, `di"`, `f("|", "c")`}, {`f|("a b", "c")`, `ci"x<esc>`, `f("|x", "c")`}, {`x = "a\"|b"`, `da"`, `x =| `}, {"x := `a|\nb`", "di`", "x := `|`"}, {"a|", "di(", "|a"},
		// commands
		{"a|bc", "x", "a|c"}, {"ab|c", "x", "a|b"}, {"|abcd", "3x", "|d"}, {"a\n|\nb", "x", "a\n|\nb"}, {"ab|c", "X", "a|c"}, {"|é写x", "xp", "写|éx"},
		{"a|bc", "rx", "a|xc"}, {"|abc", "2rx", "x|xc"}, {"|abc", "9rx", "|abc"}, {"a|bc", "r<enter>", "a\n|c"}, {"|写", "r写", "|写"}, {"a|bc", "r<up>", "a|bc"}, {"a|bc", "ré", "a|éc"},
		{"a|b", "ix<esc>", "a|xb"}, {"a|b", "ax<esc>", "ab|x"}, {"\ta|b", "Ix<esc>", "\t|xab"}, {"|ab", "Ax<esc>", "ab|x"}, {"\ta|\nb", "ox<esc>", "\ta\n\t|x\nb"}, {"a\n\tb|", "Ox<esc>", "a\n\t|x\n\tb"},
		{"|abc", "sx<esc>", "|xbc"}, {"|abc", "2sx<esc>", "|xc"}, {"a|bc", "Dx", "|"}, {"a|bc", "Cx<esc>", "a|x"}, {"a|b\nc", "Sx<esc>", "|x\nc"}, {"|a\nb", "Yjp", "a\nb\n|a"},
		{"a|\nb\nc", "J", "a| b\nc"}, {"a|\nb\nc", "3J", "a b| c"}, {"|aBc", "~", "A|Bc"}, {"|aBc", "3~", "Ab|C"},
		// undo and repeat
		{"|foo bar", "dwu", "|foo bar"}, {"|foo bar", "dwu<ctrl+r>", "|bar"}, {"|a", "cwfoo bar<esc>u", "|a"}, {"|a", "ofoo<enter>bar<esc>u", "|a"}, {"|abc", "xx2u", "|abc"},
		{"|a b c d", "dw.", "|c d"}, {"|a b c", "cwxy<esc>w.", "xy x|y c"}, {"|a\nb", "Ax<esc>j.", "ax\nb|x"}, {"|abcdef", "2x.", "|ef"}, {"|a a a", "rxw.", "x |x a"},
		{"|a", "ix<esc>..", "|xxxa"}, {"|a\nb", "A(1<esc>j.", "a(1)\nb(1|)"}, {"|a", "ifoo bar<esc>.u", "foo ba|ra"}, {"|a\nb\nc", "dd.", "|c"}, {"|a", ".", "|a"},
		// selection
		{"a|bcd", "vld", "a|d"}, {"ab|cd", "vhx", "a|d"}, {"|foo bar", "vey$p", "foo barfo|o"}, {"|a\nb\nc", "Vjd", "|c"}, {"|foo bar", "vecx<esc>", "|x bar"}, {"|a\nb", "Vj>", "\t|a\n\tb"},
		{"|abc", "vl<esc>x", "a|c"}, {"|abc", "vvx", "|bc"}, {"abc|d", "vhohd", "ab|d"}, {"|ab", "vlU", "|AB"}, {"|aB", "vl~", "|Ab"}, {"f(a, |b)", "vi(d", "f(|)"}, {"foo b|ar x", "viwy$p", "foo bar xba|r"},
		{"|a b", "ywwvp", "a a| "}, {"|a\nb\nc", "VjJ", "a| b\nc"}, {"|a\nb", "yyjVp", "a\n|a"}, {"ab|c", "vggd", "|"},
	} {
		v, e := begun(c.from)
		press(v, e, c.keys)
		if got := marked(e); got != c.want {
			t.Errorf("%q, %s: %q, want %q", c.from, c.keys, got, c.want)
		}
	}
}

// A count is no way to fill the memory.
func TestCountsAreBounded(t *testing.T) {
	v, e := begun(strings.Repeat("word ", 1000) + "|")
	press(v, e, "0y$99999p99999w99999.")
	if n := len(e.Text()); n < putBytes/2 || n > 4*putBytes {
		t.Errorf("%d bytes", n)
	}
}

func TestModes(t *testing.T) {
	v, e := New(), new(editor.Editor)
	for _, c := range []struct {
		keys string
		act  Act
		mode string
	}{
		{"a", Pass, "ins"}, {"<esc>", Done, "nav"}, {"v", Done, "vis"}, {"V", Done, "lin"}, {"<esc>", Done, "nav"}, {"k", Older, "nav"}, {"j", Newer, "nav"},
		{"/", Search, "nav"}, {"=", Format, "nav"}, {"i<alt+shift+v>", Done, "lin"}, {"<alt+v>", Done, "vis"}, {"<esc>", Done, "nav"}, {"i<alt+enter>", Pass, "ins"}, {"<alt+k>", Older, "nav"}, {"<enter>", Pass, "nav"}, {"<ctrl+c>", Pass, "nav"}, {"<f4>", Pass, "nav"}, {"👩‍🔬", Done, "nav"}, {"f<up>", Done, "nav"}, {"Q", Done, "nav"}, {"d<esc>", Done, "nav"}, {"cw", Done, "ins"}, {"<esc>", Done, "nav"},
	} {
		if act := press(v, e, c.keys); act != c.act || v.Mode().String() != c.mode {
			t.Errorf("%s: act %d, mode %s, want %d and %s", c.keys, act, v.Mode(), c.act, c.mode)
		}
	}
	v.Reset()
	if v.Mode() != Insert {
		t.Error("a new prompt is not in insert mode")
	}
	var none *Vi
	if none.Reset(); none.Key(e, "esc") != Pass || none.Selecting() || none.Mode() != Insert {
		t.Error("without vi, keys are taken")
	}
}

// FuzzKeys checks that no keys in any order leave the cursor inside a character.
func FuzzKeys(f *testing.F) {
	f.Add("写é🚀 (x)\n\ty", "d2wu.p<esc>ci(x<esc>VjdP~")
	f.Add("\"a\" {\n}", "da\"yi{ggvG>u<ctrl+r>3J")
	f.Fuzz(func(t *testing.T, text, typed string) {
		v, e := begun(editor.Clean(text) + "|")
		for _, k := range keys(typed) {
			if len(e.Text()) > 2000 {
				break
			}
			press(v, e, k)
			if at := e.Cursor(); at < 0 || at > len(e.Text()) {
				t.Fatalf("cursor %d of %d", at, len(e.Text()))
			}
			if at := e.Cursor(); at > 0 && editor.Next(e.Text(), editor.Prev(e.Text(), at)) != at {
				t.Fatalf("cursor %d inside a character of %q", at, e.Text())
			}
			if start, end := v.Region(e); start > end || end > len(e.Text()) {
				t.Fatalf("selected %d to %d of %d", start, end, len(e.Text()))
			}
		}
	})
}
